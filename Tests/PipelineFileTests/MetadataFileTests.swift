import CRM
import Foundation
import PipelineFile
import Testing

/// Metadata files of both sides (domain facts 2.2 and 2.9).
@Suite struct MetadataFileTests {
  static func properties(_ json: String) throws -> HubSpotSchema {
    let folder = try PipelineFolder()
    try folder.write("p.json", json)
    return try readHubSpotProperties(folder.file("p.json"))
  }

  static func describe(_ json: String) throws -> SalesforceSchema {
    let folder = try PipelineFolder()
    try folder.write("d.json", json)
    return try readSalesforceDescribe(folder.file("d.json"), object: "Account")
  }

  static let property =
    #"{"name":"p","type":"enumeration","fieldType":"select","options":[{"label":"L","value":"v"}]}"#

  @Test(arguments: [
    #"{"results":[\#(property)]}"#, "[\(property)]", #"{"name":"CONTACT","properties":[\#(property)]}"#,
    "\u{FEFF}[\(property)]",
  ])
  func `every envelope of the properties API is read`(json: String) throws {
    let schema = try Self.properties(json)
    #expect(schema.properties.map(\.name) == ["p"])
    #expect(schema["p"]?.options == [HubSpotOption(label: "L", value: "v")])
    #expect(schema["p"]?.isWritable == true)
    #expect(schema["q"] == nil)
  }

  @Test(arguments: [
    #""calculated":true"#, #""readOnlyValue":true"#, #""modificationMetadata":{"readOnlyValue":true}"#,
    #""fieldType":"calculation_score""#,
  ])
  func `what HubSpot computes or keeps is not writable`(part: String) throws {
    let fieldType = part.contains("fieldType") ? "" : #","fieldType":"number""#
    let schema = try Self.properties(#"[{"name":"p","type":"number"\#(fieldType),\#(part)}]"#)
    #expect(schema["p"]?.isWritable == false)
  }

  @Test func `archived and deleted properties are left out`() throws {
    let schema = try Self.properties(
      #"""
      [{"name":"a","type":"string","fieldType":"text","archived":true},
       {"name":"b","type":"string","fieldType":"text","deleted":true,"hubspotDefined":null},
       {"name":"c","type":"string","fieldType":"text","label":null,"options":null}]
      """#)
    #expect(schema.properties.map(\.name) == ["c"])
    #expect(schema["c"]?.label == "c")
  }

  @Test func `a describe is read, also as the command line of Salesforce wraps it`() throws {
    let json =
      #"{"name":"Account","keyPrefix":"001","fields":[{"name":"Name","type":"string","length":255}]}"#
    for text in [json, #"{"status":0,"result":\#(json)}"#] {
      let schema = try Self.describe(text)
      #expect(schema.name == "Account" && schema.keyPrefix == "001")
      #expect(schema["Name"]?.length == 255)
    }
  }

  @Test(arguments: [
    ("", 1 as Int?, "is broken JSON"), ("[\n{\n]", 3, "is broken JSON"),
    ("[{},\n[]]", 1, "is not a list of HubSpot properties: [0] has no name"),
    (
      "[\n  {\"name\":\"a\",\"type\":\"number\",\"fieldType\":\"number\", \"options\": [{\"x\":[1,\"]\\\"\"]}]},\n\n{}]",
      2,
      "is not a list of HubSpot properties: [0].options[0] has no value"
    ),
    (
      "[\n  {\"name\":\"a\", \"options\": null},\n\n{\n\"label\":\"]\", \"name\":\n[\"b\"]}]", 6,
      "is not a list of HubSpot properties: [1].name is of another type"
    ),
    (#"[{"label":"x"}]"#, 1, "is not a list of HubSpot properties: [0] has no name"),
    (#"{"results":{}}"#, 1, "is not a list of HubSpot properties: results is of another type"),
    (#"[{"name":"p"}]"#, nil, "the property p has no type and fieldType"),
    ("[]", nil, "holds no HubSpot property"),
    ("3", 1, "is not a list of HubSpot properties: it is of another type"),
  ])
  func `broken properties are refused`(json: String, line: Int?, message: String) throws {
    let error = #expect(throws: PipelineError.self) { try Self.properties(json) }
    #expect(error?.message == message)
    #expect(error?.line == line)
  }

  @Test func `metadata that are nested without end are refused, and fast`() throws {
    for deep in [String(repeating: "[", count: 200_000), String(repeating: "{\"a\":", count: 200_000)] {
      let error = #expect(throws: PipelineError.self) { try Self.properties(deep) }
      #expect(error?.message == "is broken JSON")
      #expect(throws: PipelineError.self) { try Self.describe(deep) }
    }
  }

  @Test(arguments: [
    (#"{"name":"Contact","fields":[{"name":"a","type":"string"}]}"#, "describes Contact, not Account"),
    (#"{"name":"Account"}"#, "holds no fields: that is no describe of a Salesforce object"),
    (
      #"{"name":"Account","fields":[{"name":"a"}]}"#,
      "is not the describe of a Salesforce object: fields[0] has no type"
    ),
  ])
  func `a broken describe is refused`(json: String, message: String) throws {
    let error = #expect(throws: PipelineError.self) { try Self.describe(json) }
    #expect(error?.message == message)
  }

  // MARK: Real metadata

  /// The folder of shared test data beside the package, where there is one.
  static let shared: URL? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = package.deletingLastPathComponent().appendingPathComponent("shared")
    return FileManager.default.fileExists(atPath: folder.appendingPathComponent("fixtures").path)
      ? folder : nil
  }()

  /// The test data are not part of this package: without them there is nothing to test, and the trait says so.
  @Test(.enabled(if: shared != nil, "the shared fixtures are not there"))
  func `real metadata of other projects are read`() throws {
    let fixtures = try #require(Self.shared).appendingPathComponent("fixtures")
    let describes = [
      "amaxa/test_describes": ["Account", "Attachment", "Contact", "Opportunity", "Task"],
      "cumulusci/describes": [
        "Account", "Case", "Contact", "Custom__c", "Event", "Lead", "Opportunity", "OpportunityContactRole",
      ],
      "grouparoo/salesforce": ["Account", "Campaign", "Contact", "Lead", "Topic"].map {
        "describe_v42_\($0)"
      },
    ]
    for (folder, names) in describes {
      for name in names {
        let path = fixtures.appendingPathComponent("\(folder)/\(name).json").path
        let schema = try readSalesforceDescribe(
          path, object: name.replacingOccurrences(of: "describe_v42_", with: ""))
        #expect(schema["Id"]?.type == "id", "\(path)")
      }
    }
    for name in ["properties_v1_contacts", "crm_v3_schema_CONTACT"] {
      let schema = try readHubSpotProperties(
        fixtures.appendingPathComponent("grouparoo/hubspot/\(name).json").path)
      #expect(schema["email"]?.type == "string")
      #expect(schema["hubspot_owner_id"]?.isOwner == true)
      #expect(schema["days_to_close"]?.isWritable == false)
      for property in schema.properties {
        #expect(throws: Never.self, "\(property.name)") {
          try resolveKind(property: property.name, hubspot: property, salesforce: nil)
        }
      }
    }
  }

  @Test(.enabled(if: shared != nil, "the worked examples are not there"))
  func `the pipelines of the worked examples load`() throws {
    let examples = try #require(Self.shared).appendingPathComponent("spec/examples")
    for (name, counts) in [("companies", [28]), ("all-objects", [19, 28, 14])] {
      for night in ["night1", "night2"] {
        let pipeline = try loadPipeline(
          examples.appendingPathComponent("\(name)/\(night)/pipeline.yaml").path, environment: [:])
        #expect(pipeline.objects.map(\.mappings.count) == counts)
        for object in pipeline.objects {
          for source in [object.hubspotSource] + object.salesforceSources {
            #expect(try !source.resolveFiles(pipeline: "").isEmpty)
          }
        }
        let owners = try #require(pipeline.definition.source(.hubspot, "owners"))
        let users = try #require(pipeline.definition.source(.salesforce, "User"))
        #expect(try !readOwners(owners, pipeline: "").isEmpty)
        #expect(try !readUsers(users, pipeline: "").isEmpty)
      }
    }
  }
}
