import CRM

/// Which chunk each row goes to.
///
/// A chunk holds a run of HubSpot rows in the order of their export, and the Salesforce rows that are paired with them; so
/// the files of the chunks, one behind the other, are in the order of the export. Salesforce rows without a partner fill
/// the last chunk and further ones. No chunk holds more than `chunkSize` companies: HubSpot rows and those without one.
struct ChunkLayout {
  let chunkSize: Int
  /// How many chunks there are, at least one.
  let count: Int
  /// The chunk of each Salesforce row.
  let salesforce: [Int32]

  init(chunkSize: Int, _ pairing: PairingResult) {
    self.chunkSize = max(1, chunkSize)
    let rows = pairing.hubspot.count
    var chunk = rows == 0 ? 0 : (rows - 1) / self.chunkSize
    var free = self.chunkSize - (rows - chunk * self.chunkSize)
    var chunks = [Int32](repeating: 0, count: pairing.salesforce.count)
    for row in chunks.indices {
      let partner = pairing.salesforcePartners[row]
      if partner >= 0 {
        chunks[row] = Int32(Int(partner) / self.chunkSize)
        continue
      }
      if free == 0 {
        chunk += 1
        free = self.chunkSize
      }
      free -= 1
      chunks[row] = Int32(chunk)
    }
    salesforce = chunks
    count = chunk + 1
  }

  /// The chunk of a HubSpot row.
  func hubspot(_ row: Int) -> Int { row / chunkSize }
}
