import CRM
import Testing

/// Semantics 3, steps 1 to 4: repeated ids, records that take no part, links, and the baseline.
@Suite struct `Pairing by link and baseline` {
  typealias H = HubSpotExportRow
  typealias S = SalesforceExportRow

  // MARK: 1. Rows with the same id

  @Test func `of rows with the same id the last modified stays`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, time: 5), H(id: 1, time: 9), H(id: 1, time: 7), H(id: 2, time: 1)],
      salesforce: [S(id: 1, time: 9), S(id: 1, time: 5)])
    #expect(try example.result.ofHubSpot == ["duplicate_id", "unmatched", "duplicate_id", "unmatched"])
    #expect(try example.result.ofSalesforce == ["unmatched", "duplicate_id"])
  }

  @Test func `of rows with the same id and time the later row stays`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, time: 5), H(id: 1, time: 5), H(id: 1, time: 5)],
      salesforce: [S(id: 1, time: 5), S(id: 1, time: 5)])
    #expect(try example.result.ofHubSpot == ["duplicate_id", "duplicate_id", "unmatched"])
    #expect(try example.result.ofSalesforce == ["duplicate_id", "unmatched"])
  }

  @Test func `a missing time is the earliest, and two of them are a tie`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, time: -5), H(id: 1, time: nil), H(id: 2, time: nil), H(id: 2, time: nil)],
      salesforce: [S(id: 1, time: nil), S(id: 1, time: -5)])
    #expect(try example.result.ofHubSpot == ["unmatched", "duplicate_id", "duplicate_id", "unmatched"])
    #expect(try example.result.ofSalesforce == ["duplicate_id", "unmatched"])
  }

  @Test func `the row that stays is the one that links, and is linked to`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(9, object: 0), time: 1), H(id: 1, link: .to(8, object: 0), time: 2)],
      salesforce: [S(id: 8, time: 1), S(id: 9), S(id: 8, time: 2)])
    #expect(try example.result.ofHubSpot == ["duplicate_id", "link 2"])
    #expect(try example.result.ofSalesforce == ["duplicate_id", "unmatched", "link 1"])
  }

  @Test func `rows without a readable id are set aside`() throws {
    let example = PairingExample(
      hubspot: [H(id: 0, keys: ["a"]), H(id: 0, keys: ["a"])], salesforce: [S(id: 0, keys: ["b"]), S(id: 0)],
      keys: [.newest])
    #expect(try example.result.ofHubSpot == ["unreadable", "unreadable"])
    #expect(try example.result.ofSalesforce == ["unreadable", "unreadable"])
  }

  @Test func `nothing pairs with nothing`() throws {
    let result = try PairingExample(baseline: [RememberedPair(hubspot: 1, salesforce: 1)], keys: [.newest]).result
    #expect(result.ofHubSpot.isEmpty && result.ofSalesforce.isEmpty)
  }

  // MARK: 2. Records that take no part

  @Test(arguments: [Verdict.deletedInSalesforce, .convertedLead])
  func `a deleted or converted record takes no part in any step`(_ excluded: Verdict) throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(1, object: 0), keys: [""]), H(id: 2, keys: [""]), H(id: 3, keys: ["k"])],
      salesforce: [
        S(id: 1, excluded: excluded, keys: [""]), S(id: 2, hubspotID: 2, excluded: excluded, keys: [""]),
        S(id: 3, excluded: excluded, keys: ["k"]),
      ],
      keys: [.ambiguous])
    #expect(try example.result.ofHubSpot == ["dangling_link", "unmatched", "unmatched"])
    #expect(try example.result.ofSalesforce == Array(repeating: excluded.name, count: 3))
  }

  @Test func `a record is deleted if its last row says so`() throws {
    let example = PairingExample(
      salesforce: [
        S(id: 1, time: 1), S(id: 1, excluded: .deletedInSalesforce, time: 2),
        S(id: 2, excluded: .deletedInSalesforce, time: 1), S(id: 2, time: 2),
      ])
    #expect(
      try example.result.ofSalesforce == ["duplicate_id", "deleted_in_salesforce", "duplicate_id", "unmatched"])
  }

  // MARK: 3. By link

  @Test func `a link pairs`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(6, object: 0)), H(id: 2, link: .to(5, object: 1))],
      salesforce: [S(id: 5, object: 1), S(id: 6)])
    #expect(try example.result.ofHubSpot == ["link 1", "link 0"])
    #expect(try example.result.ofSalesforce == ["link 1", "link 0"])
  }

  static let dangling: [(String, HubSpotExportRow.Link)] = [
    ("malformed", .malformed), ("not in the export", .to(9, object: 0)), ("deleted", .to(2, object: 0)),
    ("of another object", .to(1, object: 1)),
  ]

  @Test(arguments: dangling)
  func `a link that leads nowhere is dangling, and its record is paired by nothing else`(
    _ name: String, _ link: HubSpotExportRow.Link
  ) throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: link, keys: ["k"])],
      salesforce: [S(id: 1, hubspotID: 1, keys: ["k"]), S(id: 2, excluded: .deletedInSalesforce, keys: [""])],
      baseline: [RememberedPair(hubspot: 1, salesforce: 1)], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["dangling_link"])
    // The baseline knows the record as half of a pair whose other half has a dangling link.
    #expect(try example.result.ofSalesforce == ["partner_missing", "deleted_in_salesforce"])
  }

  @Test func `a record that several claim is paired with none, nor are they`() throws {
    let example = PairingExample(
      hubspot: [
        H(id: 1, link: .to(5, object: 0), keys: ["k"]), H(id: 2, link: .to(5, object: 0), keys: [""]),
        H(id: 3, link: .to(5, object: 0), keys: [""]), H(id: 4, link: .to(6, object: 0), keys: [""]),
      ],
      salesforce: [S(id: 5, keys: ["k"]), S(id: 6, keys: [""])],
      baseline: [RememberedPair(hubspot: 1, salesforce: 5)], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["duplicate_link", "duplicate_link", "duplicate_link", "link 1"])
    #expect(try example.result.ofSalesforce == ["duplicate_link", "link 3"])
  }

  @Test func `a row with a repeated id claims nothing`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(5, object: 0), time: 1), H(id: 1, time: 2), H(id: 2, link: .to(5, object: 0))],
      salesforce: [S(id: 5)])
    #expect(try example.result.ofHubSpot == ["duplicate_id", "unmatched", "link 0"])
  }

  // MARK: 3. By hubspot_id_field

  @Test func `a record that holds the id of an unlinked HubSpot record is its pair`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1), H(id: 2, link: .to(6, object: 0))], salesforce: [S(id: 5, hubspotID: 1), S(id: 6)])
    #expect(try example.result.ofHubSpot == ["id_field 0", "link 1"])
    #expect(try example.result.ofSalesforce == ["id_field 0", "link 1"])
  }

  @Test func `several records with the same HubSpot id are a duplicate link, all of them`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["k"])],
      salesforce: [S(id: 5, hubspotID: 1, keys: ["k"]), S(id: 6, hubspotID: 1, keys: [""])], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["duplicate_link"])
    #expect(try example.result.ofSalesforce == ["duplicate_link", "duplicate_link"])
  }

  @Test(arguments: [2, -1]) func `a HubSpot id that is not in the export is a dangling link`(_ id: Int) throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["k"])], salesforce: [S(id: 5, hubspotID: id, keys: ["k"])],
      baseline: [RememberedPair(hubspot: 1, salesforce: 5)], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["partner_missing"])
    #expect(try example.result.ofSalesforce == ["dangling_link"])
  }

  @Test func `the link goes before the HubSpot id, and a linked record is no pair by it`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(5, object: 0)), H(id: 2)],
      salesforce: [S(id: 5, hubspotID: 2), S(id: 6, hubspotID: 1)])
    #expect(try example.result.ofHubSpot == ["link 0", "unmatched"])
    #expect(try example.result.ofSalesforce == ["link 0", "unmatched"])
  }

  // MARK: 4. By baseline

  @Test func `two free records that were a pair stay one`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a"]), H(id: 2, keys: ["b"])], salesforce: [S(id: 5, keys: ["b"])],
      baseline: [RememberedPair(hubspot: 1, salesforce: 5)], keys: [.newest])
    #expect(try example.result.ofHubSpot == ["baseline 0", "duplicate"])
    #expect(try example.result.ofSalesforce == ["baseline 0"])
  }

  @Test func `the pair that was seen last stays`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1), H(id: 2)], salesforce: [S(id: 5)],
      baseline: [
        RememberedPair(hubspot: 1, salesforce: 5, missed: 3), RememberedPair(hubspot: 2, salesforce: 5, missed: 1),
      ])
    #expect(try example.result.ofHubSpot == ["unmatched", "baseline 0"])
    #expect(try example.result.ofSalesforce == ["baseline 1"])
  }

  @Test func `link and HubSpot id go before the baseline`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(6, object: 0)), H(id: 2), H(id: 3)],
      salesforce: [S(id: 5), S(id: 6), S(id: 7, hubspotID: 3)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 5), RememberedPair(hubspot: 2, salesforce: 7)])
    #expect(try example.result.ofHubSpot == ["link 1", "unmatched", "id_field 2"])
    #expect(try example.result.ofSalesforce == ["unmatched", "link 0", "id_field 2"])
  }
}
