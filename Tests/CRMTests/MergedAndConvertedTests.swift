import CRM
import Testing

/// Semantics 3.2: a merged contact is the one that it was merged into, and a converted lead is its contact.
///
/// Salesforce object 0 is Contact, 1 is Lead.
@Suite struct `Merged contacts and converted leads` {
  typealias H = HubSpotExportRow
  typealias S = SalesforceExportRow

  // MARK: Merged contacts

  @Test func `a row that still has a merged id is a repeated id`() throws {
    let example = PairingExample(hubspot: [H(id: 1), H(id: 2, merged: [1])])
    #expect(try example.result.ofHubSpot == ["duplicate_id", "unmatched"])
  }

  @Test func `the Salesforce record that holds a merged id is paired with the contact that is left`() throws {
    let example = PairingExample(hubspot: [H(id: 2, merged: [1])], salesforce: [S(id: 7, hubspotID: 1)])
    #expect(try example.result.ofHubSpot == ["id_field 0"])
  }

  @Test func `a pair of the baseline stays a pair when its contact is merged into another`() throws {
    let example = PairingExample(
      hubspot: [H(id: 2, merged: [1])], salesforce: [S(id: 7)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 7)])
    #expect(try example.result.ofHubSpot == ["baseline 0"])
    #expect(try example.result.baseline.map(\.hubspotID) == [2])
  }

  @Test func `merges are followed through contacts that were merged themselves`() throws {
    let example = PairingExample(
      hubspot: [H(id: 3, merged: [2]), H(id: 2, merged: [1]), H(id: 1)], salesforce: [S(id: 7, hubspotID: 1)])
    #expect(try example.result.ofHubSpot == ["id_field 0", "duplicate_id", "duplicate_id"])
  }

  @Test(arguments: [false, true])
  func `of two contacts that claim each other the one modified last stays, in any order of rows`(
    _ isReversed: Bool
  ) throws {
    let rows = [H(id: 1, merged: [2], time: 5), H(id: 2, merged: [1], time: 9)]
    let example = PairingExample(hubspot: isReversed ? rows.reversed() : rows)
    #expect(
      try example.result.ofHubSpot == (isReversed ? ["unmatched", "duplicate_id"] : ["duplicate_id", "unmatched"]))
  }

  @Test func `a contact that lists its own id stays`() throws {
    #expect(try PairingExample(hubspot: [H(id: 1, merged: [1])]).result.ofHubSpot == ["unmatched"])
  }

  @Test func `of two entries of the baseline that a merge makes the same, the contact's own stays`() throws {
    let example = PairingExample(
      hubspot: [H(id: 2, merged: [1])], salesforce: [S(id: 7)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 7), RememberedPair(hubspot: 2, salesforce: 7, missed: 4)])
    #expect(try example.result.baseline.map(\.isSuperseded) == [true, false])
    #expect(try example.result.ofHubSpot == ["baseline 0"])
  }

  @Test func `a create that is waited for stays so when its contact is merged into another`() throws {
    let example = PairingExample(
      hubspot: [H(id: 2, merged: [1])], baseline: [RememberedPair(hubspot: 1, salesforce: 0)])
    #expect(try example.result.ofHubSpot == ["create_pending"])
  }

  // MARK: Converted leads

  @Test func `a link to a converted lead names its contact`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(9, object: 1))],
      salesforce: [S(id: 7), S(id: 9, object: 1, excluded: .convertedLead, contact: 7)])
    #expect(try example.result.ofHubSpot == ["link 0"])
    #expect(try example.result.ofSalesforce == ["link 0", "converted_lead"])
  }

  @Test func `a link to a converted lead whose contact is not in the export dangles`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(9, object: 1)), H(id: 2, link: .to(8, object: 1))],
      salesforce: [
        S(id: 9, object: 1, excluded: .convertedLead, contact: 7), S(id: 8, object: 1, excluded: .convertedLead),
      ])
    #expect(try example.result.ofHubSpot == ["dangling_link", "dangling_link"])
  }

  @Test func `two contacts that link to a contact and to its lead claim the same record`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, link: .to(7, object: 0)), H(id: 2, link: .to(9, object: 1))],
      salesforce: [S(id: 7), S(id: 9, object: 1, excluded: .convertedLead, contact: 7)])
    #expect(try example.result.ofHubSpot == ["duplicate_link", "duplicate_link"])
    #expect(try example.result.ofSalesforce == ["duplicate_link", "converted_lead"])
  }

  @Test func `the contact of a converted lead inherits its place in the baseline`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1)], salesforce: [S(id: 7), S(id: 9, object: 1, excluded: .convertedLead, contact: 7)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 9)])
    #expect(try example.result.ofHubSpot == ["baseline 0"])
    #expect(try example.result.baseline.map(\.isConverted) == [true])
  }

  @Test func `the contact's own entry of the baseline goes before that of its lead`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1)], salesforce: [S(id: 7), S(id: 9, object: 1, excluded: .convertedLead, contact: 7)],
      baseline: [RememberedPair(hubspot: 1, salesforce: 9), RememberedPair(hubspot: 1, salesforce: 7)])
    #expect(try example.result.baseline.map(\.isSuperseded) == [true, false])
  }

  // MARK: Ties

  @Test func `at equal times a contact is taken before a lead`() throws {
    let example = PairingExample(
      hubspot: [H(id: 1, keys: ["a"])],
      salesforce: [S(id: 9, object: 1, keys: ["a"]), S(id: 7, object: 0, keys: ["a"])],
      keys: [.newest])
    #expect(try example.result.ofSalesforce == ["duplicate", "key 0"])
  }
}
