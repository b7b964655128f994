import CRM
import Records
import Testing

/// A dropdown with a reference, such as HubSpot's `pipeline` with `RecordTypeId`: an id as it is, or what the value map
/// says (requirements M1, M2; semantics 1, id).
@Suite struct RecordTypeTests {
  private static let property = HubSpotProperty(
    name: "pipeline", type: "enumeration", fieldType: "select",
    options: [HubSpotOption(label: "Sales", value: "default"), HubSpotOption(label: "Renewals", value: "renewals")])
  private static let opportunity = SalesforceObject(
    name: "Opportunity",
    schema: SalesforceSchema(
      name: "Opportunity",
      fields: [
        SalesforceField(
          name: "RecordTypeId", type: "reference", restrictedPicklist: true,
          picklistValues: [
            PicklistValue(label: "Direct", value: "012000000000001AAA"),
            PicklistValue(label: "Renewals", value: "012000000000002AAA"),
          ], referenceTo: ["RecordType"])
      ]))

  private func resolve(_ valueMap: String, _ rule: SyncRule = .twoWay) throws -> MappingResolution {
    let row = MappingRow(
      property: "pipeline", field: "RecordTypeId", rule: rule, valueMap: try ValueMap(parsing: valueMap), line: 2)
    return MappingResolution([row], hubspot: HubSpotSchema([Self.property]), objects: [Self.opportunity])
  }

  @Test func `without a value map the values are ids`() throws {
    let mapping = try #require(try resolve("").mappings.first)
    #expect(mapping.kind == .id && !mapping.hasSalesforceIDs)
    #expect(mapping.makePicklistVocabulary() == nil)
  }

  @Test func `with one, HubSpot's values are those of a picklist, and Salesforce's are ids`() throws {
    let mapping = try #require(try resolve("default=012000000000001").mappings.first)
    #expect(mapping.kind == .picklist)
    #expect(mapping.ownKind(of: .hubspot) == .picklist && mapping.ownKind(of: .salesforce) == .id)
  }

  @Test(arguments: [
    ("default", "012000000000001AAA"),  // the value map, whose id of 15 characters gets its other three
    ("renewals", "012000000000002AAA"),  // not in the map: by the name of the record type
  ])
  func `a pipeline is translated by the value map, else by the name of the record type`(
    option: String, id: String
  ) throws {
    let mapping = try #require(try resolve("default=012000000000001").mappings.first)
    let vocabulary = try #require(mapping.makePicklistVocabulary())
    #expect(PicklistModelTests.salesforce(option, vocabulary) == id)
    #expect(PicklistModelTests.hubspot(id, vocabulary) == option)
  }

  @Test func `a value map to what is no id is an issue, and a warning where the mapping is not synced`() throws {
    let resolution = try resolve("default=Direct")
    #expect(resolution.mappings.isEmpty)
    #expect(
      resolution.faults.map(\.description) == [
        "pipeline ↔ RecordTypeId: RecordTypeId is a reference: Direct, to which the value_map translates default, is no "
          + "Salesforce id"
      ])
    #expect(try resolve("default=Direct", .dontSync).faults.isEmpty)
  }
}
