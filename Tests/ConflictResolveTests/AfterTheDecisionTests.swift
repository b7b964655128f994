import CRM
import Testing

/// Semantics 4, "After the decision": what cannot be written is an issue, and neither side changes.
@Suite struct `After the decision` {
  static func pair(
    _ rule: SyncRule, _ field: SalesforceField, properties: [HubSpotProperty]? = nil, comparison: Comparison? = nil,
    truncate: Bool = false
  ) -> OnePair {
    OnePair(
      [MappingRow(property: "a", field: "A", rule: rule, comparison: comparison, truncate: truncate)], fields: [field],
      properties: properties)
  }

  @Test(arguments: [
    SalesforceField(name: "A", type: "string", length: 80, updateable: false),
    SalesforceField(name: "A", type: "string", length: 80, updateable: false, calculated: true),
  ])
  func `a Salesforce field that cannot be updated is a read-only target`(_ field: SalesforceField) throws {
    var pair = Self.pair(.twoWay, field)
    let night = try pair.night(["h"], ["s"], times: (2, 1))
    #expect(night.changes.isEmpty && night.conflicts.isEmpty)
    #expect(night.issues == ["salesforce A h read_only_target"])
    #expect(try pair.night(["s"], ["s"]) == .init())
    #expect(try pair.night(["s"], ["t"]).changes == ["hubspot set a s t two_way salesforce_changed"])
  }

  @Test(arguments: [
    HubSpotProperty(name: "a", type: "string", fieldType: "text", readOnlyValue: true),
    HubSpotProperty(name: "a", type: "string", fieldType: "calculation_equation"),
  ])
  func `a HubSpot property that cannot be written is a read-only target`(_ property: HubSpotProperty) throws {
    var pair = Self.pair(
      .twoWay, SalesforceField(name: "A", type: "string", length: 80), properties: [property])
    let night = try pair.night(["h"], ["s"], times: (1, 2))
    #expect(night.changes.isEmpty && night.issues == ["hubspot a s read_only_target"])
  }

  @Test func `a field that must have a value is not cleared, HubSpot gets it back`() throws {
    var pair = Self.pair(.twoWay, SalesforceField(name: "A", type: "string", length: 80, nillable: false))
    _ = try pair.night(["x"], ["x"])
    let night = try pair.night([""], ["x"], times: (9, 1))
    #expect(night.changes == ["hubspot set a - x two_way restored"] && night.conflicts.isEmpty)
    #expect(try pair.night(["x"], ["x"]) == .init())
  }

  @Test func `a boolean that must have a value becomes false`() throws {
    var pair = Self.pair(.twoWay, SalesforceField(name: "A", type: "boolean", nillable: false))
    _ = try pair.night(["true"], ["true"])
    #expect(try pair.night([""], ["true"]).changes == ["salesforce set A true false two_way hubspot_changed"])
  }

  @Test func `what is restored is restored without a conflict, also where both changed`() throws {
    var pair = Self.pair(.twoWay, SalesforceField(name: "A", type: "string", length: 80, nillable: false))
    _ = try pair.night(["x"], ["x"])
    let night = try pair.night([""], ["y"], times: (9, 1))
    #expect(night.changes == ["hubspot set a - y two_way restored"] && night.conflicts.isEmpty)
  }

  @Test func `the checks of HubSpot follow on what is restored`() throws {
    var pair = Self.pair(
      .twoWay, SalesforceField(name: "A", type: "string", length: 80, nillable: false),
      properties: [HubSpotProperty(name: "a", type: "string", fieldType: "text", readOnlyValue: true)])
    _ = try pair.night(["x"], ["x"])
    let night = try pair.night([""], ["x"])
    #expect(night.changes.isEmpty && night.issues == ["hubspot a x read_only_target"])
  }

  @Test func `read-only goes before what must have a value`() throws {
    var pair = Self.pair(
      .twoWay, SalesforceField(name: "A", type: "string", length: 80, nillable: false, updateable: false))
    _ = try pair.night(["x"], ["x"])
    let night = try pair.night([""], ["x"])
    #expect(night.changes.isEmpty && night.issues == ["salesforce A - read_only_target"])
  }

  @Test(arguments: [("abcd", false), ("abcde", true), ("é👩b", false), ("é👩bc", false), ("é👩bcd", true)])
  func `the length of a Salesforce field counts UTF-16 code units`(_ text: String, _ isTooLong: Bool) throws {
    var pair = Self.pair(.twoWay, SalesforceField(name: "A", type: "string", length: text.hasPrefix("a") ? 4 : 5))
    let night = try pair.night([text], [""])
    #expect(night.changes == (isTooLong ? [] : ["salesforce set A - \(text) two_way filled_blank"]))
    #expect(night.issues == (isTooLong ? ["salesforce A \(text) too_long"] : []))
  }

  @Test func `a mapping that truncates compares and writes the cut value`() throws {
    var pair = Self.pair(.twoWay, SalesforceField(name: "A", type: "string", length: 5), truncate: true)
    #expect(try pair.night(["four and more"], [""]).changes == ["salesforce set A - four two_way filled_blank"])
    #expect(try pair.night(["four and more"], ["four"]) == .init())
  }

  @Test(arguments: [(65_536, false), (65_537, true)])
  func `HubSpot takes 65,536 UTF-16 code units`(_ length: Int, _ isTooLong: Bool) throws {
    var pair = Self.pair(.twoWay, SalesforceField(name: "A", type: "string", length: 100_000))
    let night = try pair.night([""], [String(repeating: "x", count: length)])
    #expect(night.changes.count == (isTooLong ? 0 : 1))
    #expect(night.issues.map { $0.hasSuffix(" too_long") } == (isTooLong ? [true] : []))
  }

  @Test func `what is written to HubSpot under domain is the host`() throws {
    var pair = Self.pair(.preferSalesforce, SalesforceField(name: "A", type: "url", length: 255), comparison: .domain)
    #expect(
      try pair.night(["old.com"], ["https://www.New.com/path"]).changes
        == ["hubspot set a old.com new.com prefer_salesforce salesforce_value"])
    #expect(try pair.night(["new.com"], ["https://www.New.com/path"]) == .init())
  }

  // A value whose comparison key is empty compares as it is; so it is written as it is.
  @Test func `a URL without a host is written as it is`() throws {
    var pair = Self.pair(.preferSalesforce, SalesforceField(name: "A", type: "url", length: 255), comparison: .domain)
    #expect(
      try pair.night(["old.com"], ["https://"]).changes
        == ["hubspot set a old.com https:// prefer_salesforce salesforce_value"])
  }

  @Test func `a HubSpot cell with an issue is overwritten by Salesforce's value, and reported`() throws {
    var pair = Self.pair(.alwaysSalesforce, SalesforceField(name: "A", type: "string", length: 80))
    let night = try pair.night(["!bad"], ["s"])
    #expect(night.changes == ["hubspot set a bad s always_salesforce salesforce_value"])
    #expect(night.issues == ["hubspot a bad invalid_number"] && night.conflicts.isEmpty)
  }
}
