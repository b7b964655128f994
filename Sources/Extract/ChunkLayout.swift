import CRM

/// Which chunk each row goes to.
///
/// A chunk holds a run of HubSpot rows in the order of their export, and the Salesforce rows that are paired with them; so
/// the files of the chunks, one behind the other, are in the order of the export. Salesforce rows without a partner fill
/// the last chunk and further ones. No chunk holds more than `chunkSize` companies: HubSpot rows and those without one.
struct ChunkLayout: Sendable {
  let chunkSize: Int
  /// How many chunks there are, at least one.
  let count: Int
  /// The HubSpot row that a Salesforce row is paired with, or -1.
  private let partners: [Int32]
  /// How many Salesforce rows without a partner come before each run of rows: so they need no column of their own.
  private let freeBefore: [Int32]
  private static let runLength = 256
  /// The first chunk with room for rows without a partner, and for how many.
  private let firstFree: (chunk: Int, room: Int)

  init(chunkSize: Int, _ pairing: PairingResult) {
    self.chunkSize = max(1, chunkSize)
    partners = pairing.salesforcePartners
    let rows = pairing.hubspot.count
    let chunk = rows == 0 ? 0 : (rows - 1) / self.chunkSize
    firstFree = (chunk, self.chunkSize - (rows - chunk * self.chunkSize))
    var free = 0
    var before: [Int32] = []
    for row in partners.indices {
      if row % Self.runLength == 0 { before.append(Int32(truncatingIfNeeded: free)) }
      if partners[row] < 0 { free += 1 }
    }
    freeBefore = before
    count = free == 0 ? chunk + 1 : Self.chunk(ofFree: free - 1, firstFree, self.chunkSize) + 1
  }

  /// The chunk of a HubSpot row.
  func hubspot(_ row: Int) -> Int { row / chunkSize }

  /// The chunk of a Salesforce row.
  func salesforce(_ row: Int) -> Int {
    let partner = Int(partners[row])
    if partner >= 0 { return partner / chunkSize }
    let run = row / Self.runLength
    var free = Int(freeBefore[run])
    for other in run * Self.runLength..<row where partners[other] < 0 { free += 1 }
    return Self.chunk(ofFree: free, firstFree, chunkSize)
  }

  /// The chunk of a Salesforce row that comes behind `number` others without a partner.
  private static func chunk(ofFree number: Int, _ first: (chunk: Int, room: Int), _ chunkSize: Int) -> Int {
    number < first.room ? first.chunk : first.chunk + 1 + (number - first.room) / chunkSize
  }
}
