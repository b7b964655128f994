import CRM
import Records
import TestSupport
import Testing

/// The vocabularies of semantics 2, Picklists: every step, and that the first hit wins.
@Suite struct PicklistModelTests {
  /// What a look-up gives, as text; nil: `picklist_value_unknown`.
  static func salesforce(_ value: String, _ vocabulary: PicklistVocabulary) -> String? {
    var out = ByteBuffer()
    let issue = withBytes(value) { vocabulary.appendSalesforce($0, to: &out) }
    if let issue { #expect(issue == .picklistValueUnknown) }
    return issue == nil ? out.bytes.text : nil
  }

  static func hubspot(_ value: String, _ vocabulary: PicklistVocabulary) -> String? {
    var out = ByteBuffer()
    let issue = withBytes(value) { vocabulary.appendHubSpot($0, to: &out) }
    if let issue { #expect(issue == .picklistValueUnknown) }
    return issue == nil ? out.bytes.text : nil
  }

  static func options(_ pairs: (String, String)...) -> [HubSpotOption] {
    pairs.map { HubSpotOption(label: $0.1, value: $0.0) }
  }

  static func values(_ pairs: (String, String)...) -> [PicklistValue] {
    pairs.map { PicklistValue(label: $0.1, value: $0.0) }
  }

  static func map(_ pairs: (String, String)...) -> ValueMap {
    ValueMap(pairs.map { ValueMap.Entry($0.0, $0.1) })
  }

  // MARK: To Salesforce

  /// Each step alone, with everything that later steps would find there as well.
  @Test func `the first hit wins on the way to Salesforce`() {
    let options = Self.options(("v", "L"))
    var values: [PicklistValue] = []
    func translated(_ restricted: Bool = true, _ valueMap: ValueMap = ValueMap()) -> String? {
      Self.salesforce(
        "v", PicklistVocabulary(options: options, values: values, restricted: restricted, valueMap: valueMap))
    }
    // From the last step to the first: each new value must win over all before it.
    #expect(translated(true) == nil)
    #expect(translated(false) == "L")
    values.append(PicklistValue(label: "l", value: "label, case aside"))
    #expect(translated() == "label, case aside")
    values.append(PicklistValue(label: "x", value: "l"))
    #expect(translated() == "l")
    values.append(PicklistValue(label: "x", value: "V"))
    #expect(translated() == "V")
    values.append(PicklistValue(label: "L", value: "label"))
    #expect(translated() == "label")
    values.append(PicklistValue(label: "x", value: "L"))
    #expect(translated() == "L")
    values.append(PicklistValue(label: "x", value: "v"))
    #expect(translated() == "v")
    #expect(translated(true, Self.map(("v", "mapped"))) == "mapped")
  }

  @Test func `of two Salesforce labels that fit, the first in Salesforce's order wins`() {
    let vocabulary = PicklistVocabulary(
      options: Self.options(("v", "L")), values: Self.values(("B", "L"), ("A", "L")), restricted: true)
    #expect(Self.salesforce("v", vocabulary) == "B")
  }

  @Test func `case is folded by Unicode's default folding`() {
    let vocabulary = PicklistVocabulary(
      options: [], values: Self.values(("STRASSE", "x"), ("ÅNGSTRÖM", "y")), restricted: true)
    #expect(Self.salesforce("straße", vocabulary) == "STRASSE")
    #expect(Self.salesforce("ångström", vocabulary) == "ÅNGSTRÖM")
  }

  @Test func `a value that is no option is looked up too, and passes through as it is`() {
    let values = Self.values(("Banking", "Bank label"))
    let open = PicklistVocabulary(options: Self.options(("a", "b")), values: values, restricted: false)
    #expect(Self.salesforce("Banking", open) == "Banking")
    #expect(Self.salesforce("BANKING", open) == "Banking")
    #expect(
      Self.salesforce("Bank label", open) == "Bank label", "labels are found by the option's label only")
    #expect(Self.salesforce("Unheard of", open) == "Unheard of")
    let closed = PicklistVocabulary(options: Self.options(("a", "b")), values: values, restricted: true)
    #expect(Self.salesforce("Unheard of", closed) == nil)
  }

  @Test func `hidden options and inactive values are read`() {
    let vocabulary = PicklistVocabulary(
      options: [HubSpotOption(label: "Old", value: "o", hidden: true)],
      values: [PicklistValue(value: "Old", active: false)], restricted: true)
    #expect(Self.salesforce("o", vocabulary) == "Old")
    #expect(Self.hubspot("Old", vocabulary) == nil)
  }

  @Test func `names in metadata count as cells do: trimmed, and composed`() {
    let vocabulary = PicklistVocabulary(
      options: Self.options(("e\u{301}", " Labelled ")), values: Self.values(("Labelled", "x")),
      restricted: true)
    #expect(Self.salesforce("\u{E9}", vocabulary) == "Labelled")
  }

  // MARK: To HubSpot

  @Test func `the first hit wins on the way to HubSpot`() {
    // Every option translates to S by way of the value map or by a step of its own.
    let values = Self.values(("S", "T"))
    func back(_ options: [HubSpotOption], _ valueMap: ValueMap = ValueMap()) -> String? {
      Self.hubspot(
        "S", PicklistVocabulary(options: options, values: values, restricted: true, valueMap: valueMap))
    }
    let byFoldedLabelOfLabel = HubSpotOption(label: "t", value: "6")
    let byFoldedLabel = HubSpotOption(label: "s", value: "5")
    let byFoldedValue = HubSpotOption(label: "x", value: "s")
    let byLabelOfLabel = HubSpotOption(label: "T", value: "3")
    let byLabel = HubSpotOption(label: "S", value: "2")
    let byValue = HubSpotOption(label: "y", value: "S")
    let mapped = HubSpotOption(label: "z", value: "0")
    let order = [
      byFoldedLabelOfLabel, byFoldedLabel, byFoldedValue, byLabelOfLabel, byLabel, byValue, mapped,
    ]
    for count in 1...6 {
      #expect(back(Array(order.prefix(count))) == order[count - 1].value, "step \(7 - count)")
    }
    #expect(back(order, Self.map(("0", "S"))) == "0")
    #expect(back([]) == nil)
  }

  @Test func `an option whose own translation is another value is passed over`() {
    // The option S is translated to T by the map, so S has to come from the label.
    let vocabulary = PicklistVocabulary(
      options: Self.options(("S", "x"), ("b", "S")), values: Self.values(("S", "S"), ("T", "T")),
      restricted: true,
      valueMap: Self.map(("S", "T")))
    #expect(Self.hubspot("S", vocabulary) == "b")
    #expect(Self.hubspot("T", vocabulary) == "S")
  }

  @Test func `a hidden option is passed over, the next one is taken`() {
    let vocabulary = PicklistVocabulary(
      options: [
        HubSpotOption(label: "x", value: "S", hidden: true), HubSpotOption(label: "S", value: "b"),
        HubSpotOption(label: "S", value: "c"),
      ], values: Self.values(("S", "S")), restricted: true)
    #expect(Self.hubspot("S", vocabulary) == "b")
  }

  @Test func `of several values that the map sends to one, the first is the way back`() {
    let vocabulary = PicklistVocabulary(
      options: Self.options(("INTERNET", "Internet"), ("COMPUTER_SOFTWARE", "Software")),
      values: Self.values(("Technology", "Technology")), restricted: true,
      valueMap: Self.map(("COMPUTER_SOFTWARE", "Technology"), ("INTERNET", "Technology")))
    #expect(Self.hubspot("Technology", vocabulary) == "COMPUTER_SOFTWARE")
    #expect(Self.salesforce("INTERNET", vocabulary) == "Technology")
  }

  @Test func `a label that passed through finds its way back`() {
    let vocabulary = PicklistVocabulary(
      options: Self.options(("v", "Only here")), values: Self.values(("A", "A")), restricted: false)
    #expect(Self.salesforce("v", vocabulary) == "Only here")
    #expect(Self.hubspot("Only here", vocabulary) == "v")
    #expect(Self.hubspot("Unheard of", vocabulary) == nil)
  }

  @Test func `without HubSpot metadata the text passes through, the value map aside`() {
    let vocabulary = PicklistVocabulary(
      options: nil, values: Self.values(("A", "B")), restricted: true, valueMap: Self.map(("x", "A")))
    #expect(Self.hubspot("A", vocabulary) == "x")
    #expect(Self.hubspot("B", vocabulary) == "B")
    #expect(Self.hubspot("Unheard of", vocabulary) == "Unheard of")
  }

  @Test func `without any metadata every text is itself`() {
    let vocabulary = PicklistVocabulary(options: nil, values: nil, restricted: false)
    #expect(Self.salesforce("Ünheard", vocabulary) == "Ünheard")
    #expect(Self.hubspot("Ünheard", vocabulary) == "Ünheard")
    withBytes("x") {
      #expect(vocabulary.isWritableInSalesforce($0))
      #expect(vocabulary.isWritableInHubSpot($0))
    }
  }

  // MARK: What can be written

  @Test(arguments: [
    ("active", true, true), ("inactive", false, false), ("unknown", false, true), ("both", true, true),
  ])
  func `an inactive value is never written, an unknown one where the picklist is not restricted`(
    value: String, restricted: Bool, open: Bool
  ) {
    let values = [
      PicklistValue(value: "active"), PicklistValue(value: "inactive", active: false),
      PicklistValue(value: "both", active: false), PicklistValue(value: "both"),
    ]
    let closedOne = PicklistVocabulary(options: nil, values: values, restricted: true)
    let openOne = PicklistVocabulary(options: nil, values: values, restricted: false)
    withBytes(value) {
      #expect(closedOne.isWritableInSalesforce($0) == restricted)
      #expect(openOne.isWritableInSalesforce($0) == open)
    }
  }

  @Test(arguments: [("shown", true), ("hidden", false), ("unknown", false)])
  func `HubSpot takes options that are not hidden`(value: String, writable: Bool) {
    let vocabulary = PicklistVocabulary(
      options: [
        HubSpotOption(label: "a", value: "shown"), HubSpotOption(label: "b", value: "hidden", hidden: true),
      ],
      values: nil, restricted: false)
    withBytes(value) { #expect(vocabulary.isWritableInHubSpot($0) == writable) }
  }

  // MARK: Multi-selects

  @Test(arguments: [
    ("a", "Z"), ("b;a", "Y;Z"), ("a;c", "Z"), ("c;a;b;a", "Y;Z"), ("", ""), (";;a;", "Z"), ("d;b", "A;Y"),
  ])
  func `the values of a multi-select are translated, sorted by bytes, and repeats are dropped`(
    value: String, expected: String
  ) {
    let vocabulary = PicklistVocabulary(
      options: Self.options(("a", "Z"), ("b", "Y"), ("c", "z"), ("d", "A")),
      values: Self.values(("Y", "Y"), ("Z", "Z")), restricted: false)
    var out = ByteBuffer()
    #expect(withBytes(value) { vocabulary.appendSalesforceList($0, to: &out) } == nil)
    #expect(out.bytes.text == expected)
  }

  @Test func `one unknown value makes the whole multi-select an issue, and writes nothing`() {
    let vocabulary = PicklistVocabulary(
      options: Self.options(("a", "A")), values: Self.values(("A", "A")), restricted: true)
    var out = ByteBuffer()
    out.append("before")
    #expect(withBytes("a;x") { vocabulary.appendSalesforceList($0, to: &out) } == .picklistValueUnknown)
    #expect(withBytes("A;x") { vocabulary.appendHubSpotList($0, to: &out) } == .picklistValueUnknown)
    #expect(out.bytes.text == "before")
    #expect(withBytes("A") { vocabulary.appendHubSpotList($0, to: &out) } == nil)
    #expect(out.bytes.text == "beforea")
  }

  @Test func `a long multi-select is sorted in no time`() {
    let vocabulary = PicklistVocabulary(options: nil, values: nil, restricted: false)
    let many = (0..<20_000).map { String(($0 &* 7919) % 20_011) }
    var out = ByteBuffer()
    #expect(withBytes(many.joined(separator: ";")) { vocabulary.appendSalesforceList($0, to: &out) } == nil)
    let sorted = Set(many).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    #expect(out.bytes.text == sorted.joined(separator: ";"))
  }

  // MARK: The worked example

  /// The picklist of the worked example of the spec, and what its expected output shows.
  @Test func `the industries of the worked example translate as they should`() {
    let vocabulary = PicklistVocabulary(
      options: [
        HubSpotOption(label: "Banking services", value: "BANKING"),
        HubSpotOption(label: "Computer Software", value: "COMPUTER_SOFTWARE"),
        HubSpotOption(label: "Energy", value: "energy"), HubSpotOption(label: "Schools", value: "Education"),
        HubSpotOption(label: "Old trade", value: "OLD"), HubSpotOption(label: "Media", value: "opt_media"),
        HubSpotOption(label: "Only here", value: "ONLY_HERE"),
        HubSpotOption(label: "Legacy", value: "LEGACY", hidden: true),
      ],
      values: [
        PicklistValue(value: "Banking"), PicklistValue(value: "Technology"),
        PicklistValue(label: "Energy sector", value: "ENERGY"), PicklistValue(value: "Education"),
        PicklistValue(value: "Legacy"), PicklistValue(label: "Media", value: "MED"),
        PicklistValue(value: "Old trade", active: false),
      ],
      restricted: true, valueMap: Self.map(("BANKING", "Banking"), ("COMPUTER_SOFTWARE", "Technology")))
    let expected = [
      "BANKING": "Banking", "energy": "ENERGY", "Education": "Education", "OLD": "Old trade",
      "opt_media": "MED",
      "LEGACY": "Legacy",
    ]
    for (value, translation) in expected { #expect(Self.salesforce(value, vocabulary) == translation) }
    #expect(Self.salesforce("ONLY_HERE", vocabulary) == nil)
    let back = ["Banking": "BANKING", "ENERGY": "energy", "MED": "opt_media", "Old trade": "OLD"]
    for (value, translation) in back { #expect(Self.hubspot(value, vocabulary) == translation) }
    #expect(Self.hubspot("Legacy", vocabulary) == nil)
  }

  /// What the way back gives, goes there again: else two sides would never agree.
  @Test func `the way back and forth ends where it began`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("picklist round trip: seed \(seed)")
    var random = SplitMix(state: seed)
    let words = ["a", "A", "b", "B", "ß", "SS", "ss", "c"]
    for _ in 0..<2_000 {
      let options = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        HubSpotOption(
          label: words.randomElement(using: &random) ?? "", value: words.randomElement(using: &random) ?? "",
          hidden: Bool.random(using: &random))
      }
      let values = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        PicklistValue(
          label: words.randomElement(using: &random) ?? "", value: words.randomElement(using: &random) ?? "")
      }
      let entries = (0..<Int.random(in: 0...2, using: &random)).map { _ in
        ValueMap.Entry(words.randomElement(using: &random) ?? "", words.randomElement(using: &random) ?? "")
      }
      let vocabulary = PicklistVocabulary(
        options: options, values: values, restricted: Bool.random(using: &random), valueMap: ValueMap(entries)
      )
      for word in words {
        guard let back = Self.hubspot(word, vocabulary) else { continue }
        #expect(Self.salesforce(back, vocabulary) == word)
        withBytes(back) { #expect(vocabulary.isWritableInHubSpot($0)) }
      }
    }
  }
}

/// A small random number generator that a seed sets off.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
