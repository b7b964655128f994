import CRM
import Testing

/// Semantics 3, steps 5 and 6: match keys, and what is left.
@Suite struct `Pairing by key, and the rest` {
  typealias H = HubSpotExportRow
  typealias S = SalesforceExportRow

  // MARK: 5. By key

  @Test(arguments: [OnDuplicate.ambiguous, .newest])
  func `one candidate on each side is a pair`(_ onDuplicate: OnDuplicate) throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a"]), H(id: 2, keys: ["b"])],
      salesforce: [S(id: 5, keys: ["b"]), S(id: 6, keys: ["c"])], keys: [onDuplicate])
    #expect(try example.result.ofHubSpot == ["unmatched", "key 0"])
    #expect(try example.result.ofSalesforce == ["key 1", "unmatched"])
  }

  @Test(arguments: [OnDuplicate.ambiguous, .newest])
  func `a blank key matches nothing`(_ onDuplicate: OnDuplicate) throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: [""]), H(id: 2, keys: [""])], salesforce: [S(id: 5, keys: [""])], keys: [onDuplicate])
    #expect(try example.result.ofHubSpot == ["unmatched", "unmatched"])
    #expect(try example.result.ofSalesforce == ["unmatched"])
  }

  static let crowds: [(String, [Int], [Int])] = [
    ("two in HubSpot", [1, 2], [5]), ("two in Salesforce", [1], [5, 6]), ("two on both sides", [1, 2], [5, 6]),
  ]

  @Test(arguments: crowds)
  func `several candidates are ambiguous, and paired with none`(_ name: String, _ left: [Int], _ right: [Int]) throws {
    let example = PairingExample(
      hubspot: left.map { H(id: $0, keys: ["a"], time: $0) },
      salesforce: right.map { S(id: $0, keys: ["a"], time: $0) },
      keys: [.ambiguous])
    #expect(try example.result.ofHubSpot == left.map { _ in "ambiguous_match" })
    #expect(try example.result.ofSalesforce == right.map { _ in "ambiguous_match" })
  }

  @Test func `newest pairs the last modified of each side, the others are duplicates`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a"], time: 3), H(id: 2, keys: ["a"], time: 9), H(id: 3, keys: ["a"], time: nil)],
      salesforce: [S(id: 5, keys: ["a"], time: 8), S(id: 6, object: 1, keys: ["a"], time: 9)], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["duplicate", "key 1", "duplicate"])
    #expect(try example.result.ofSalesforce == ["duplicate", "key 1"])
  }

  @Test func `at a tie the highest id is the newest, HubSpot's as a number`() throws {
    let example = PairingExample(
      hubspot: [H(id: 9, keys: ["a"]), H(id: 10, keys: ["a"]), H(id: 8, keys: ["a"])],
      salesforce: [S(id: 6, keys: ["a"]), S(id: 7, keys: ["a"]), S(id: 5, keys: ["a"])], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["duplicate", "key 1", "duplicate"])
    #expect(try example.result.ofSalesforce == ["duplicate", "key 1", "duplicate"])
  }

  @Test func `at a tie the Contact goes before the Lead`() throws {
    let (contact, lead) = (0, 1)
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a"])],
      salesforce: [
        S(id: 9, object: lead, keys: ["a"]), S(id: 5, object: contact, keys: ["a"]),
        S(id: 8, object: lead, keys: ["a"]),
      ],
      keys: [.newest])
    #expect(try example.result.ofSalesforce == ["duplicate", "key 0", "duplicate"])
  }

  static let partners: [(String, PairingExample)] = [
    (
      "by link",
      PairingExample(
        hubspot: [H(id: 1, link: .to(5, object: 0), keys: ["a"])], salesforce: [S(id: 5, keys: ["b"])])
    ),
    (
      "by hubspot_id_field",
      PairingExample(hubspot: [H(id: 1, keys: ["a"])], salesforce: [S(id: 5, hubspotID: 1, keys: ["b"])])
    ),
    (
      "by baseline",
      PairingExample(
        hubspot: [H(id: 1, keys: ["a"])], salesforce: [S(id: 5, keys: ["b"])],
        baseline: [RememberedPair(hubspot: 1, salesforce: 5)])
    ),
  ]

  @Test(arguments: partners)
  func `a free record with the key of a paired one, on either side, is a duplicate`(
    _ name: String, _ pair: PairingExample
  ) throws {
    var example = pair
    example.keys = [.ambiguous]
    example.hubspot += [H(id: 2, keys: ["a"]), H(id: 3, keys: ["b"]), H(id: 4, keys: ["c"])]
    example.salesforce += [S(id: 6, keys: ["a"]), S(id: 7, keys: ["b"]), S(id: 8, keys: ["b"])]
    #expect(try example.result.hubspotPartners[0] == 0)
    #expect(try Array(example.result.ofHubSpot.dropFirst()) == ["duplicate", "duplicate", "unmatched"])
    #expect(try Array(example.result.ofSalesforce.dropFirst()) == ["duplicate", "duplicate", "duplicate"])
  }

  @Test func `a blank key of a paired record makes no duplicate`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(5, object: 0), keys: [""]), H(id: 2, keys: [""])],
      salesforce: [S(id: 5, keys: [""]), S(id: 6, keys: [""])], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["link 0", "unmatched"])
    #expect(try example.result.ofSalesforce == ["link 0", "unmatched"])
  }

  @Test func `a value on one side only goes on to the next key`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a", "x"]), H(id: 2, keys: ["a", "y"]), H(id: 3, keys: ["", "z"])],
      salesforce: [S(id: 5, keys: ["b", "x"]), S(id: 6, keys: ["", "y"]), S(id: 7, keys: ["c", "z"])],
      keys: [.ambiguous, .ambiguous])
    #expect(try example.result.ofHubSpot == ["key 0", "key 1", "key 2"])
    #expect(try example.result.ofSalesforce == ["key 0", "key 1", "key 2"])
  }

  @Test func `the verdict of a key is final`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a", "x"]), H(id: 2, keys: ["a", "y"])],
      salesforce: [S(id: 5, keys: ["a", "x"]), S(id: 6, keys: ["b", "y"])], keys: [.ambiguous, .ambiguous])
    #expect(try example.result.ofHubSpot == ["ambiguous_match", "ambiguous_match"])
    #expect(try example.result.ofSalesforce == ["ambiguous_match", "unmatched"])
  }

  @Test func `the second key's duplicates are those of pairs of the first`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a", "x"]), H(id: 2, keys: ["b", "x"])],
      salesforce: [S(id: 5, keys: ["a", "y"]), S(id: 6, keys: ["c", "y"])], keys: [.ambiguous, .newest])
    #expect(try example.result.ofHubSpot == ["key 0", "duplicate"])
    #expect(try example.result.ofSalesforce == ["key 0", "duplicate"])
  }

  @Test func `dangling and duplicate links are no candidates`() throws {
    let example = PairingExample(
      hubspot: [
        H(id: 1, link: .malformed, keys: ["a"]), H(id: 2, keys: ["a"]), H(id: 3, link: .to(6, object: 0), keys: ["b"]),
        H(id: 4, link: .to(6, object: 0), keys: ["c"]),
      ],
      salesforce: [S(id: 5, keys: ["a"]), S(id: 6, keys: [""]), S(id: 7, keys: ["b"])], keys: [.ambiguous])
    #expect(try example.result.ofHubSpot == ["dangling_link", "key 0", "duplicate_link", "duplicate_link"])
    #expect(try example.result.ofSalesforce == ["key 1", "duplicate_link", "unmatched"])
  }

  // MARK: 6. What is left

  static let losses: [(String, [SalesforceExportRow])] = [
    ("not in the export", []), ("deleted", [S(id: 5, excluded: .deletedInSalesforce)]),
    ("converted", [S(id: 5, excluded: .convertedLead)]), ("dangling", [S(id: 5, hubspotID: 77)]),
  ]

  @Test(arguments: losses)
  func `a HubSpot record whose partner is gone is never created`(
    _ name: String, _ partner: [SalesforceExportRow]
  ) throws {
    let example = PairingExample(
      hubspot: [H(id: 1), H(id: 2)], salesforce: partner, baseline: [RememberedPair(hubspot: 1, salesforce: 5)])
    #expect(try example.result.ofHubSpot == ["partner_missing", "unmatched"])
  }

  @Test(arguments: [[], [H(id: 1, link: .malformed)], [H(id: 1, link: .to(9, object: 0))]])
  func `a Salesforce record whose partner is gone is never created`(_ partner: [HubSpotExportRow]) throws {
    let example = PairingExample(
      hubspot: partner, salesforce: [S(id: 5), S(id: 6)], baseline: [RememberedPair(hubspot: 1, salesforce: 5)])
    #expect(try example.result.ofSalesforce == ["partner_missing", "unmatched"])
  }

  @Test func `a record whose old partner has another now is unmatched`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1), H(id: 2, link: .to(5, object: 0))], salesforce: [S(id: 5)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 5)])
    #expect(try example.result.ofHubSpot == ["unmatched", "link 0"])
  }

  @Test func `a partner is missing also after runs without it`() throws {
    let example = PairingExample(hubspot: [H(id: 1)], baseline: [RememberedPair(hubspot: 1, salesforce: 5, missed: 29)])
    #expect(try example.result.ofHubSpot == ["partner_missing"])
  }

  @Test func `a create that no export has shown is pending`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1), H(id: 2)], salesforce: [S(id: 5), S(id: 6)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 0), RememberedPair(hubspot: 0, salesforce: 6)])
    #expect(try example.result.ofHubSpot == ["create_pending", "unmatched"])
    #expect(try example.result.ofSalesforce == ["unmatched", "create_pending"])
  }

  @Test func `a create that an export shows is a pair`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1), H(id: 2, link: .to(6, object: 0))], salesforce: [S(id: 5, hubspotID: 1), S(id: 6)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 0), RememberedPair(hubspot: 0, salesforce: 6)])
    #expect(try example.result.ofHubSpot == ["id_field 0", "link 1"])
  }

  @Test func `partner_missing goes before create_pending`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1)], salesforce: [S(id: 6)],
      baseline: [
        RememberedPair(hubspot: 1, salesforce: 0), RememberedPair(hubspot: 1, salesforce: 5, missed: 2),
        RememberedPair(hubspot: 0, salesforce: 6), RememberedPair(hubspot: 9, salesforce: 6, missed: 1),
      ])
    #expect(try example.result.ofHubSpot == ["partner_missing"])
    #expect(try example.result.ofSalesforce == ["partner_missing"])
  }
}
