import CRM
import Records
import Staging

/// Which sides show what the last run wrote to them.
struct Arrivals {
  var hubspot = false
  var salesforce = false
  subscript(side: Side) -> Bool { side == .hubspot ? hubspot : salesforce }
}

/// What the baseline holds of a cell.
struct Remembered {
  var values: (h: Bytes, s: Bytes)?
  var pending: PendingWrite?

  init(_ entry: Int?, _ mapping: Int, _ baseline: BaselineChunk) {
    guard let entry else { return }
    let h = baseline.cell(entry, mapping * 3)
    let s = baseline.cell(entry, mapping * 3 + 1)
    if !h.isAbsent && !s.isAbsent { values = (h.bytes, s.bytes) }
    let text = baseline.cell(entry, mapping * 3 + 2)
    if !text.isAbsent { pending = PendingWrite(text.bytes) }
  }
}

/// One cell of a pair on its way through the resolver.
struct PairCell {
  let mapping: Int
  /// The number of the Salesforce object of the pair.
  let object: Int
  /// Own values, and the HubSpot value in Salesforce's vocabulary.
  let h: CellValue
  let common: CellValue
  let s: CellValue
  let remembered: Remembered
  /// The baseline, after what the last run wrote is settled.
  private(set) var settled: (h: Bytes, s: Bytes)?
  /// A remembered decision whose values stand as they were: it is made again.
  private(set) var standing: PendingWrite?
  /// A pending write that could not be settled, and is kept while the cell cannot be decided.
  private(set) var unsettled: PendingWrite?
  var currencyDiffers = false

  init(mapping: Int, object: Int, h: CellValue, common: CellValue, s: CellValue, remembered: Remembered) {
    self.mapping = mapping
    self.object = object
    self.h = h
    self.common = common
    self.s = s
    self.remembered = remembered
    settled = remembered.values
  }

  /// The HubSpot cell cannot be read, or cannot be translated.
  var hubspotHasIssue: Bool { h.hasIssue || common.hasIssue }
  var hasIssue: Bool { hubspotHasIssue || s.hasIssue }

  /// Whether both sides hold the same common value (semantics 2).
  func areEqual(_ mapping: MappingTraits, _ station: Station) -> Bool {
    if common.bytes.same(as: s.bytes) { return true }
    if mapping.blankIsFalse && s.isBlank { return common.bytes.same(as: "false") || common.isBlank }
    if mapping.truncates && mapping.salesforceLength > 0 && !common.isBlank {
      let kept = truncated(common.bytes, toUTF16: mapping.salesforceLength, lineBreaksCountTwo: true)
      return station.comparer.equal(common.bytes.part(0, kept), s.bytes, mapping.comparison)
    }
    if common.isBlank || s.isBlank { return false }
    return mapping.comparison != .exact && station.comparer.equal(common.bytes, s.bytes, mapping.comparison)
  }

  /// Settles what the last run wrote, before anything is decided (semantics 5), also where the cell has an issue.
  mutating func settle(_ arrived: Arrivals, _ mapping: MappingTraits, _ station: Station) {
    guard let pending = remembered.pending else { return }
    let hubspotStands = h.bytes.same(as: pending.hubspotSeen)
    let salesforceStands = s.bytes.same(as: pending.salesforceSeen)
    if !pending.wasWritten {
      if hubspotStands && salesforceStands { standing = pending }
      unsettled = pending
      return
    }
    if !hasIssue && areEqual(mapping, station) {
      settled = (h.bytes, s.bytes)
      return
    }
    let targetStands = pending.side == .hubspot ? hubspotStands : salesforceStands
    if !arrived[pending.side] && targetStands {
      station.countNotArrived(pending.side, self.mapping)
      if hubspotStands && salesforceStands { standing = pending }
      unsettled = pending
      return
    }
    settled = pending.side == .hubspot ? (pending.written, pending.salesforceSeen) : (pending.hubspotSeen, pending.written)
  }
}
