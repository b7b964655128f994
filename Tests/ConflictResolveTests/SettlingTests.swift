import CRM
import Testing

/// Semantics 5, night by night: the baseline advances only to what an export has shown.
@Suite struct `The baseline of a pair` {
  /// A pair with a two-way mapping of `a` to `A`, and further ones.
  static func pair(_ more: MappingRow...) -> OnePair {
    OnePair([MappingRow(property: "a", field: "A", rule: .twoWay)] + more)
  }

  @Test func `cells that a run does not change get the values seen`() throws {
    var pair = Self.pair()
    #expect(try pair.night(["x"], ["x"]) == .init())
    #expect(try pair.night(["y"], ["x"], times: (1, 9)).changes == ["salesforce set A x y two_way hubspot_changed"])
  }

  @Test func `a write that arrived is the baseline`() throws {
    var pair = Self.pair()
    _ = try pair.night(["x"], ["x"])
    #expect(try pair.night(["y"], ["x"]).changes == ["salesforce set A x y two_way hubspot_changed"])
    #expect(try pair.night(["y"], ["y"]) == .init())
    #expect(try pair.night(["y"], ["z"]).changes == ["hubspot set a y z two_way salesforce_changed"])
  }

  @Test func `a blank Salesforce boolean is false, so that going blank is no edit`() throws {
    let field = SalesforceField(name: "A", type: "boolean", nillable: false)
    var pair = OnePair([MappingRow(property: "a", field: "A", rule: .twoWay)], fields: [field])
    #expect(try pair.night(["false"], ["false"]) == .init())
    let night = try pair.night(["true"], [""], times: (1, 9))
    #expect(night.changes == ["salesforce set A - true two_way hubspot_changed"])
    #expect(night.conflicts.isEmpty)
  }

  @Test func `a write over a false boolean that did not arrive stands when the boolean goes blank`() throws {
    let field = SalesforceField(name: "A", type: "boolean", nillable: false)
    var pair = OnePair([MappingRow(property: "a", field: "A", rule: .twoWay)], fields: [field])
    _ = try pair.night(["false"], ["false"])
    #expect(try pair.night(["true"], ["false"]).changes == ["salesforce set A false true two_way hubspot_changed"])
    let again = try pair.night(["true"], [""], times: (1, 9))
    #expect(again.changes == ["salesforce set A - true two_way hubspot_changed"])
    #expect(again.conflicts.isEmpty && again.notArrived == ["salesforce.A"])
  }

  @Test func `a write that did not arrive is decided again, whatever the times, and counted`() throws {
    var pair = Self.pair()
    let first = try pair.night(["x"], ["y"], times: (2, 1))
    #expect(first.changes == ["salesforce set A y x two_way newer_record"])
    #expect(first.conflicts == ["a hubspot newer_record"] && first.notArrived.isEmpty)
    for times in [(1, 5), (5, 1), (3, 3)] {
      let again = try pair.night(["x"], ["y"], times: times)
      #expect(again.changes == first.changes && again.conflicts == first.conflicts)
      #expect(again.notArrived == ["salesforce.A"])
    }
  }

  @Test func `a value that is only written in other letters is the value seen`() throws {
    let row = MappingRow(property: "a", field: "A", rule: .twoWay, comparison: .ignoreCase)
    var target = OnePair([row])
    _ = try target.night(["ann"], ["ann"])
    #expect(try target.night(["new"], ["ann"]).changes == ["salesforce set A ann new two_way hubspot_changed"])
    let again = try target.night(["new"], ["Ann"])
    #expect(again.changes == ["salesforce set A Ann new two_way hubspot_changed"])
    #expect(again.conflicts.isEmpty && again.notArrived == ["salesforce.A"])
    var source = OnePair([row])
    #expect(try source.night(["x"], ["y"], times: (2, 1)).changes == ["salesforce set A y x two_way newer_record"])
    #expect(
      try source.night(["X"], ["y"], times: (1, 2)).changes == ["salesforce set A y X two_way newer_record"],
      "the same again, whatever the times")
    // An edit is one all the same.
    #expect(try target.night(["new"], ["bob"]).changes == ["hubspot set a new bob two_way salesforce_changed"])
  }

  @Test func `a write that did not arrive is decided anew when the other side has changed`() throws {
    var pair = Self.pair()
    _ = try pair.night(["x"], ["x"])
    _ = try pair.night(["y"], ["x"])
    let third = try pair.night(["z"], ["x"])
    #expect(third.changes == ["salesforce set A x z two_way hubspot_changed"])
    #expect(third.notArrived == ["salesforce.A"])
    // Taken back before it arrived: both sides are equal again, and that is the baseline.
    #expect(try pair.night(["x"], ["x"]) == .init())
    #expect(try pair.night(["x"], ["w"]).changes == ["hubspot set a x w two_way salesforce_changed"])
  }

  @Test func `an edit over a write that arrived is a change of that side`() throws {
    var pair = Self.pair()
    _ = try pair.night(["x"], ["x"])
    _ = try pair.night(["y"], ["x"])
    #expect(
      try pair.night(["y"], ["z"], times: (9, 1)).changes == ["hubspot set a y z two_way salesforce_changed"])
  }

  @Test func `an edit over the source of a write that arrived is a change of the source`() throws {
    var pair = Self.pair()
    _ = try pair.night(["x"], ["x"])
    _ = try pair.night(["y"], ["x"])
    #expect(
      try pair.night(["z"], ["y"], times: (1, 9)).changes == ["salesforce set A y z two_way hubspot_changed"])
  }

  @Test func `one cell that shows its value stands for all of its record`() throws {
    var pair = Self.pair(MappingRow(property: "b", field: "B", rule: .twoWay))
    _ = try pair.night(["x", "x"], ["x", "x"])
    _ = try pair.night(["y", "y"], ["x", "x"])
    // A shows the write; so B did arrive too, and was set back since.
    let third = try pair.night(["y", "y"], ["y", "x"])
    #expect(third.changes == ["hubspot set b y x two_way salesforce_changed"])
    #expect(third.notArrived.isEmpty)
  }

  @Test func `what arrived on one side says nothing of the other`() throws {
    var pair = Self.pair(MappingRow(property: "b", field: "B", rule: .twoWay))
    _ = try pair.night(["x", "x"], ["x", "x"])
    _ = try pair.night(["y", "x"], ["x", "y"])
    let third = try pair.night(["y", "x"], ["y", "y"])
    #expect(third.changes == ["hubspot set b x y two_way salesforce_changed"])
    #expect(third.notArrived == ["hubspot.b"])
  }

  @Test func `a cleared value stays cleared once it has arrived`() throws {
    var pair = Self.pair(MappingRow(property: "p", field: "P", rule: .preferSalesforce))
    _ = try pair.night(["x", "x"], ["x", "x"])
    #expect(
      try pair.night(["", "x"], ["x", ""]).changes == [
        "salesforce clear A x - two_way hubspot_changed", "hubspot clear p x - prefer_salesforce cleared_in_salesforce",
      ])
    #expect(try pair.night(["", ""], ["", ""]) == .init())
    #expect(
      try pair.night(["", "new"], ["", ""]).changes == ["salesforce set P - new prefer_salesforce salesforce_blank"])
  }

  @Test func `a restored value that did not arrive is restored again`() throws {
    var pair = OnePair(
      [MappingRow(property: "a", field: "A", rule: .twoWay)],
      fields: [SalesforceField(name: "A", type: "string", length: 80, nillable: false)])
    _ = try pair.night(["x"], ["x"])
    for notArrived in [[], ["hubspot.a"], ["hubspot.a"]] {
      let night = try pair.night([""], ["x"], times: (9, 1))
      #expect(night.changes == ["hubspot set a - x two_way restored"])
      #expect(night.notArrived == notArrived)
    }
  }

  @Test func `a remembered decision does not outlast its rule`() throws {
    var pair = Self.pair()
    #expect(try pair.night(["x"], ["y"], times: (2, 1)).changes == ["salesforce set A y x two_way newer_record"])
    var changed = OnePair([MappingRow(property: "a", field: "A", rule: .preferSalesforce)], after: pair)
    let night = try changed.night(["x"], ["y"], times: (2, 1))
    #expect(night.changes == ["hubspot set a x y prefer_salesforce salesforce_value"])
    #expect(night.notArrived == ["salesforce.A"])
  }

  // MARK: Issues

  @Test func `a cell with an issue changes nothing, is reported, and keeps its baseline`() throws {
    var pair = Self.pair()
    _ = try pair.night(["x"], ["x"])
    let second = try pair.night(["!bad"], ["x"])
    #expect(second.changes.isEmpty && second.issues == ["hubspot a bad invalid_number"])
    #expect(try pair.night(["x"], ["y"], times: (9, 1)).changes == ["hubspot set a x y two_way salesforce_changed"])
  }

  @Test func `a pending write is settled also where its cell has an issue`() throws {
    var pair = Self.pair()
    _ = try pair.night(["x"], ["x"])
    _ = try pair.night(["y"], ["x"])
    #expect(try pair.night(["!bad"], ["y"]).changes.isEmpty)
    // The baseline is what was seen on the one side and written on the other: only HubSpot has changed since.
    #expect(
      try pair.night(["z"], ["y"], times: (1, 9)).changes == ["salesforce set A y z two_way hubspot_changed"])
  }

  @Test func `a write that did not arrive outlasts an issue of its cell`() throws {
    var pair = Self.pair()
    _ = try pair.night(["x"], ["x"])
    _ = try pair.night(["y"], ["x"])
    #expect(try pair.night(["!bad"], ["x"]).changes.isEmpty)
    #expect(
      try pair.night(["y"], ["x"], times: (1, 9)).changes == ["salesforce set A x y two_way hubspot_changed"])
  }

  // MARK: Decisions that an issue stopped

  @Test func `a decision that was stopped is made again while its values stand, whatever the times`() throws {
    var pair = OnePair(
      [MappingRow(property: "a", field: "A", rule: .twoWay)],
      fields: [SalesforceField(name: "A", type: "string", length: 3)])
    for times in [(2, 1), (1, 2), (1, 1)] {
      let night = try pair.night(["long text"], ["s"], times: times)
      #expect(night.changes.isEmpty && night.conflicts.isEmpty)
      #expect(night.issues == ["salesforce A long text too_long"])
      #expect(night.notArrived.isEmpty)
    }
    // HubSpot's value was corrected: decided by the times again, for there is no baseline yet.
    #expect(
      try pair.night(["new"], ["s"], times: (1, 2)).changes == ["hubspot set a new s two_way newer_record"])
  }
}
