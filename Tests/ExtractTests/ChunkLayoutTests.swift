import TestSupport
import Testing

@testable import CRM
@testable import Extract

/// Which chunk a row goes to.
@Suite struct `Chunks` {
  /// A result in which each HubSpot row has this Salesforce row as partner, or -1.
  static func pairing(_ partners: [Int], salesforce: Int) -> PairingResult {
    var result = PairingResult(
      hubspot: partners.map { $0 < 0 ? .unmatched : .pairedByLink },
      salesforce: Array(repeating: .unmatched, count: salesforce),
      hubspotPartners: partners.map { Int32($0) },
      records: RecordFinder(HubSpotIndex(keyCount: 0), SalesforceIndex(keyCount: 0)),
      salesforcePartners: Array(repeating: -1, count: salesforce))
    for (row, partner) in partners.enumerated() where partner >= 0 {
      result.salesforce[partner] = .pairedByLink
      result.salesforcePartners[partner] = Int32(row)
    }
    return result
  }

  @Test func `HubSpot rows fill chunks in the order of their export, and free Salesforce rows follow`() {
    let layout = ChunkLayout(chunkSize: 2, Self.pairing([3, -1, 0, -1, -1], salesforce: 6))
    #expect((0..<5).map { layout.hubspot($0) } == [0, 0, 1, 1, 2])
    // Rows 1, 2, 4 and 5 have no partner: one fits into chunk 2, two into chunk 3, the last begins chunk 4.
    #expect((0..<6).map(layout.salesforce) == [1, 2, 3, 0, 3, 4])
    #expect(layout.count == 5)
  }

  @Test func `there is a chunk even for nothing`() {
    let layout = ChunkLayout(chunkSize: 10, Self.pairing([], salesforce: 0))
    #expect(layout.count == 1)
  }

  @Test func `Salesforce rows alone begin in the first chunk`() {
    let layout = ChunkLayout(chunkSize: 2, Self.pairing([], salesforce: 3))
    #expect((0..<3).map(layout.salesforce) == [0, 0, 1] && layout.count == 2)
  }

  @Test func `full chunks are not followed by an empty one`() {
    #expect(ChunkLayout(chunkSize: 2, Self.pairing([-1, -1, -1, -1], salesforce: 0)).count == 2)
    #expect(ChunkLayout(chunkSize: 2, Self.pairing([-1, -1], salesforce: 2)).count == 2)
  }

  @Test(arguments: [0, -5]) func `a chunk holds a row at least`(_ size: Int) {
    let layout = ChunkLayout(chunkSize: size, Self.pairing([1, -1], salesforce: 3))
    #expect(layout.count == 4 && (0..<3).map(layout.salesforce) == [2, 0, 3])
  }

  @Test func `a chunk size that no export reaches gives one chunk`() {
    let layout = ChunkLayout(chunkSize: .max, Self.pairing([1, -1], salesforce: 3))
    #expect(layout.count == 1 && (0..<3).map(layout.salesforce) == [0, 0, 0])
  }

  @Test func `no chunk is too large, partners share one, and every order is kept`() {
    var random = SeededRandom.announced("chunks")
    for _ in 0..<1_000 {
      // Most are small; some have more rows than are counted at once.
      let salesforce = Int.random(in: 0...(Int.random(in: 0..<50, using: &random) == 0 ? 1_200 : 30), using: &random)
      var partners = Array(
        (0..<salesforce).shuffled(using: &random).prefix(.random(in: 0...salesforce, using: &random)))
      partners += Array(repeating: -1, count: Int.random(in: 0...30, using: &random))
      partners.shuffle(using: &random)
      let size = Int.random(in: 1...12, using: &random)
      let fault = Self.fault(size, Self.pairing(partners, salesforce: salesforce))
      guard let fault else { continue }
      Issue.record("seed \(random.seed): \(fault): chunks of \(size), \(partners), \(salesforce) Salesforce rows")
      return
    }
  }

  /// What is wrong with the layout of a pairing.
  static func fault(_ size: Int, _ pairing: PairingResult) -> String? {
    let layout = ChunkLayout(chunkSize: size, pairing)
    let left = pairing.hubspot.indices.map { layout.hubspot($0) }
    let free = pairing.salesforce.indices.filter { pairing.salesforcePartners[$0] < 0 }.map {
      layout.salesforce($0)
    }
    guard (left + pairing.salesforce.indices.map(layout.salesforce)).allSatisfy({ $0 >= 0 && $0 < layout.count }) else {
      return "a row goes to no chunk"
    }
    for chunk in 0..<layout.count where (left + free).count(where: { $0 == chunk }) > size {
      return "chunk \(chunk) is too large"
    }
    for (row, partner) in pairing.hubspotPartners.enumerated() where partner >= 0 {
      if layout.salesforce(Int(partner)) != left[row] { return "row \(row) is parted from its partner" }
    }
    if left != left.sorted() || free != free.sorted() { return "the order is not kept" }
    if (left.last ?? 0) > (free.first ?? .max) { return "a free Salesforce row stands before a HubSpot row" }
    let needed = max(1, (left.count + free.count + size - 1) / size)
    return layout.count == needed ? nil : "there are \(layout.count) chunks, \(needed) would do"
  }
}
