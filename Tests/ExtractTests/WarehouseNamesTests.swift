import CRM
import Testing

@testable import Extract

/// What a warehouse makes of names, and the way back through the metadata (domain facts 2.12).
struct WarehouseNamesTests {
  @Test(arguments: [
    ("WhoId", "who_id"), ("CallDurationInSeconds", "call_duration_in_seconds"), ("My_Field__c", "my_field_c"),
    ("Product2", "product_2"), ("SalesLoft1__Step__c", "sales_loft_1_step_c"), ("SICCode", "sic_code"), ("Id", "id"),
  ]) func `Fivetran splits humps and digits`(name: String, column: String) {
    #expect(WarehouseColumns.snakeCase(name) == column)
  }

  @Test func `the local id of Heroku Connect is not the key`() throws {
    let names = WarehouseNames(columns: ["id", "sfid", "name"], side: .salesforce)
    let found = try names.resolve(["Id", "Name"], among: [], declared: [:], in: "table")
    #expect(found == ["Id": "sfid", "Name": "name"])
  }

  @Test func `a column that two fields could mean needs a word of the pipeline`() throws {
    let names = WarehouseNames(columns: ["id", "my_field_c"], side: .salesforce)
    let known = ["My_Field__c", "MyField__c"]
    #expect(throws: SourceError.self) {
      try names.resolve(["Id", "My_Field__c"], among: known, declared: [:], in: "table")
    }
    let found = try names.resolve(
      ["Id", "My_Field__c"], among: known, declared: ["My_Field__c": "my_field_c"], in: "table")
    #expect(found == ["Id": "id", "My_Field__c": "my_field_c"])
  }

  @Test func `a declared column that is not there is named`() {
    let names = WarehouseNames(columns: ["id"], side: .hubspot)
    let error = #expect(throws: SourceError.self) {
      try names.resolve(["name"], among: [], declared: ["name": "title"], in: "table t")
    }
    #expect(error?.description.contains("no column title") == true)
  }
}
