import CRM
import Testing

/// What a mapping file writes (interface, "A mapping file").
@Suite struct MappingTextModelTests {
  @Test(arguments: [
    ("prefer_salesforce", SyncRule.preferSalesforce), ("always_salesforce", .alwaysSalesforce),
    ("two_way", .twoWay), ("dont_sync", .dontSync), ("Prefer Salesforce unless blank", .preferSalesforce),
    ("Always use Salesforce", .alwaysSalesforce), ("Two-way", .twoWay), ("Don't sync", .dontSync),
    ("DON’T SYNC", .dontSync), ("prefer SALESFORCE unless blank", .preferSalesforce), ("TWO-WAY", .twoWay),
  ])
  func `a rule is read by our name and by HubSpot's`(text: String, rule: SyncRule) {
    #expect(SyncRule(text: text) == rule)
  }

  @Test(arguments: ["", "prefer", "hubspot", "Prefer HubSpot", "two", "twoway"])
  func `anything else is no rule`(text: String) { #expect(SyncRule(text: text) == nil) }

  @Test(
    arguments: [
      ("", []), ("A=B", [("A", "B")]),
      (
        "BANKING=Banking;COMPUTER_SOFTWARE=Technology",
        [
          ("BANKING", "Banking"), ("COMPUTER_SOFTWARE", "Technology"),
        ]
      ), (#"a\;b=a\=b"#, [("a;b", "a=b")]), (#"a\b=c\"#, [(#"a\b"#, #"c\"#)]), (#"a\\=b"#, [(#"a\=b"#, "")]),
      (" a = b ; c = d ; ", [("a", "b"), ("c", "d")]), ("1=x;2=x", [("1", "x"), ("2", "x")]),
      ("Ø=Å", [("Ø", "Å")]),
    ] as [(String, [(String, String)])])
  func `a value map is HUBSPOT=SALESFORCE, with two escapes`(text: String, pairs: [(String, String)]) throws {
    // A backslash before a backslash is itself, so that `\\=` holds an escaped `=`, and the part has no separator.
    guard !pairs.contains(where: { $0.1.isEmpty }) else {
      #expect(throws: ValueMap.Fault.self) { try ValueMap(parsing: text) }
      return
    }
    let map = try ValueMap(parsing: text)
    #expect(map.entries == pairs.map { ValueMap.Entry($0.0, $0.1) })
    #expect(try ValueMap(parsing: map.text) == map)
  }

  @Test(arguments: [
    ("A", #""A" is no HUBSPOT=SALESFORCE (write \= or \; for the character itself)"#),
    ("A=B=C", #""A=B=C" is no HUBSPOT=SALESFORCE (write \= or \; for the character itself)"#),
    ("A=", #""A=" lacks the value of one side"#), ("=B", #""=B" lacks the value of one side"#),
    ("A=B;A=C", #""A" is translated twice"#),
  ])
  func `a broken value map says where`(text: String, message: String) {
    let fault = #expect(throws: ValueMap.Fault.self) { try ValueMap(parsing: text) }
    #expect(fault?.message == message)
  }

  @Test(arguments: [
    ("chunksize", "chunk_size"), ("max_reject", "max_rejects"), ("Staging", "staging"), ("nmae", "name"),
  ])
  func `the nearest name is the one with the fewest edits`(wrong: String, right: String) {
    let names = ["name", "staging", "chunk_size", "max_rejects", "max_clears"]
    #expect(nearestName(to: wrong, among: names) == right)
  }

  @Test func `there is no nearest name among none`() { #expect(nearestName(to: "a", among: []) == nil) }
}
