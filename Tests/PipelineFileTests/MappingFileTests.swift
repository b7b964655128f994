import CRM
import Foundation
import PipelineFile
import Testing

/// Mapping files (interface, "A mapping file").
@Suite struct MappingFileTests {
  static let header =
    "hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map,on_too_long\n"

  static func read(_ text: String) throws -> [MappingRow] {
    let folder = try PipelineFolder()
    try folder.write("m.csv", text)
    return try readMappings(folder.file("m.csv"))
  }

  static func complaints(_ text: String) throws -> [String] {
    do {
      _ = try read(text)
      return []
    } catch {
      let error = try #require(error as? PipelineError)
      return error.all.map { "\($0.line ?? 0): \($0.message)\($0.hint.map { "; \($0)" } ?? "")" }
    }
  }

  @Test func `the example of the interface is read`() throws {
    let rows = try Self.read(
      Self.header + """
        name,Name,prefer_salesforce,default,,,,
        industry,Industry,two_way,default,,,"BANKING=Banking;COMPUTER_SOFTWARE=Technology",
        phone,Phone,two_way,default,,phone,,
        """)
    #expect(rows.map(\.property) == ["name", "industry", "phone"])
    #expect(rows.map(\.field) == ["Name", "Industry", "Phone"])
    #expect(rows.map(\.rule) == [.preferSalesforce, .twoWay, .twoWay])
    #expect(rows.map(\.comparison) == [nil, nil, .phone])
    #expect(rows.map(\.line) == [2, 3, 4])
    #expect(rows[1].valueMap.entries.map(\.salesforce) == ["Banking", "Technology"])
    #expect(rows[0].origin == .default && !rows[0].truncate && rows[0].salesforceObject == nil)
  }

  @Test func `HubSpot's names of the rules, quotes, escapes and every column are read`() throws {
    let rows = try Self.read(
      "\u{FEFF}" + Self.header.replacingOccurrences(of: "\n", with: "\r\n")
        + " tier ,Tier__c,\"Prefer Salesforce unless blank\",custom,Lead,ignore_case,\"a\\;b=a\\=b;\"\"q\"\"=x\",truncate\r\n"
        + "\r\n\"two\r\nlines\",F,Don’t sync,,,,,\r\nlast,L,Always use Salesforce,,,,,")
    #expect(rows.map(\.line) == [2, 4, 6])
    #expect(rows.map(\.rule) == [.preferSalesforce, .dontSync, .alwaysSalesforce])
    #expect(rows[0].property == "tier")
    #expect(rows[0].salesforceObject == "Lead")
    #expect(rows[0].comparison == .ignoreCase)
    #expect(rows[0].truncate)
    #expect(rows[0].valueMap.entries == [ValueMap.Entry("a;b", "a=b"), ValueMap.Entry("\"q\"", "x")])
    #expect(rows[1].origin == .custom)
  }

  @Test func `columns that can be empty can be absent, in any order`() throws {
    let rows = try Self.read("sync_rule,salesforce_field,hubspot_property\ntwo_way,Name,name\n")
    #expect(rows.map(\.property) == ["name"])
    #expect(try Self.read("sync_rule,salesforce_field,hubspot_property\n").isEmpty)
  }

  @Test(arguments: [
    ("", ["1: The file has no header."]),
    ("hubspot_property,salesforce_field\n", ["1: the column sync_rule is missing"]),
    (
      "hubspot_property,salesforce_field,sync_rule,valuemap\n",
      ["1: unknown column \"valuemap\"; did you mean value_map?"]
    ),
    (
      "hubspot_property,salesforce_field,sync_rule,sync_rule\n",
      ["1: The header names the column \"sync_rule\" more than once."]
    ),
    (header + "name,Name,two_way\n", ["2: the row has 3 cells, the header 8"]),
    (
      header + "name,Na\"me,two_way,,,,,\n",
      ["2: the row holds a quote inside an unquoted cell, or text behind a closing quote"]
    ),
    (
      header + "\nname,\"Name,two_way,,,,,\n",
      ["3: A quote opens a cell that is never closed: mend the file, and export again."]
    ),
    (
      header + ",,,,,,,\n",
      ["2: hubspot_property is empty", "2: salesforce_field is empty", "2: sync_rule is empty"]
    ),
    (
      header + "a,A,two_ways,,,,,\nb,B,two_way,standard,,,,\n",
      [
        "2: sync_rule is two_ways: it must be prefer_salesforce or always_salesforce or two_way or dont_sync",
        "3: origin is standard: it must be default or custom, or empty",
      ]
    ),
    (
      header + "a,A,two_way,,,fuzzy,,cut\n",
      [
        "2: compare is fuzzy: it must be exact or ignore_case or phone or domain, or empty",
        "2: on_too_long is cut: it must be truncate, or empty",
      ]
    ),
    (
      header + "a,A,two_way,,,,A=B;C,\n",
      ["2: value_map: \"C\" is no HUBSPOT=SALESFORCE (write \\= or \\; for the character itself)"]
    ),
  ])
  func `a broken mapping file is refused with its lines`(text: String, complaints: [String]) throws {
    #expect(try Self.complaints(text) == complaints)
  }

  @Test func `cells that are no UTF-8 are refused with their line`() throws {
    let folder = try PipelineFolder()
    try folder.write("m.csv", Data(Self.header.utf8) + Data([0xFF, 0x2C]) + Data("N,two_way,,,,,\n".utf8))
    let error = #expect(throws: PipelineError.self) { try readMappings(folder.file("m.csv")) }
    #expect(error?.line == 2 && error?.message == "the row is no valid UTF-8")
  }

  @Test func `a mapping that does not fit the metadata has an issue, and the others can be used`() throws {
    let folder = try PipelineFolder()
    try folder.write(
      "mappings.csv",
      Self.header + "name,Industry,two_way,,,,,\nnmae,Name,two_way,,,,,\ndomain,Website,two_way,,,,,\n"
        + "domain,HubSpot_Id__c,two_way,,,,,\n")
    let object = try #require(try folder.load().objects.first)
    #expect(object.mappings.map(\.line) == [4])
    #expect(
      object.issues.map { "mappings.csv:\($0.line ?? 0): \($0)" } == [
        "mappings.csv:2: name ↔ Industry: name (HubSpot string / text) goes with Salesforce string, textarea, phone, "
          + "email, url, encryptedstring, combobox, id, reference, reference to User; Industry is picklist",
        "mappings.csv:3: nmae ↔ Name: HubSpot has no property nmae; did you mean name?",
        "mappings.csv:5: domain ↔ HubSpot_Id__c: domain is mapped to Account twice (also in line 4)",
      ])
  }

  @Test func `warnings are kept, and the owner is two-way`() throws {
    let folder = try PipelineFolder()
    try folder.change(
      "mappings.csv", "hubspot_owner_id,OwnerId,two_way", "hubspot_owner_id,OwnerId,prefer_salesforce")
    let object = try #require(try folder.load().objects.first)
    #expect(object.issues.map(\.line) == [4])
    #expect(object.mappings.last?.rule == .twoWay)
  }
}
