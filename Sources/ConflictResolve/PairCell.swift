import CRM
import CSV
import Records
import Staging

/// Which sides show what the last run wrote to them.
struct Arrivals {
  var hubspot = false
  var salesforce = false
  subscript(side: Side) -> Bool { side == .hubspot ? hubspot : salesforce }
}

/// What the baseline holds of a cell; it lies in the row.
struct Remembered {
  var values: (h: Bytes, s: Bytes)?
  var pending: PendingWrite?

  init(_ row: borrowing RememberedRow, _ mapping: Int) {
    guard row.isKnown else { return }
    let h = row.cell(mapping * 3)
    let s = row.cell(mapping * 3 + 1)
    if !h.isAbsent && !s.isAbsent { values = (h.bytes, BaselineCell.salesforceValue(s.bytes, hubspot: h.bytes)) }
    let text = row.cell(mapping * 3 + 2)
    if !text.isAbsent { pending = PendingWrite(text.bytes) }
  }
}

/// How the baseline writes values: absent is an empty cell, blank is `""`; a Salesforce value is `=` where it is
/// HubSpot's own value to the byte, as most are, else `:` and the value.
enum BaselineCell {
  /// Appends the two values of a cell, between commas.
  static func append(_ values: (h: Bytes, s: Bytes)?, to out: inout ByteBuffer) {
    guard let values else { return out.append(",,,") }
    if values.s.same(as: values.h) { return out.appendCSV(behindComma: values.h, ",=,") }
    out.appendCSV(behindComma: values.h, ",")
    out.appendCSV(UInt8(ascii: ":"), then: values.s)
    out.append(UInt8(ascii: ","))
  }

  /// The Salesforce value that a cell stands for.
  static func salesforceValue(_ cell: Bytes, hubspot: Bytes) -> Bytes {
    cell.count > 0 && cell[0] == UInt8(ascii: ":") ? cell.part(1, cell.count - 1) : hubspot
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
  private let remembered: Remembered
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
  func areEqual(_ mapping: MappingTraits, _ comparer: inout Comparer) -> Bool {
    if common.bytes.same(as: s.bytes) { return true }
    if mapping.blankIsFalse && s.isBlank { return common.bytes.same(as: "false") || common.isBlank }
    if mapping.truncates && mapping.salesforceLength > 0 && !common.isBlank {
      let kept = truncated(common.bytes, toUTF16: mapping.salesforceLength, lineBreaksCountTwo: true)
      return comparer.equal(common.bytes.part(0, kept), s.bytes, mapping.comparison)
    }
    if common.isBlank || s.isBlank { return false }
    return mapping.comparison != .exact && comparer.equal(common.bytes, s.bytes, mapping.comparison)
  }

  /// Whether HubSpot shows a value that it has shown before: under the comparison, as everywhere (semantics 2).
  func hubspotShows(_ value: Bytes, _ mapping: MappingTraits, _ comparer: inout Comparer) -> Bool {
    comparer.equal(h.bytes, value, mapping.comparison)
  }

  /// The same of Salesforce. A boolean that cannot be blank is false where it is: neither is an edit of the other
  /// (semantics 1).
  func salesforceShows(_ value: Bytes, _ mapping: MappingTraits, _ comparer: inout Comparer) -> Bool {
    if mapping.blankIsFalse && Self.isFalse(s.bytes) && Self.isFalse(value) { return true }
    return comparer.equal(s.bytes, value, mapping.comparison)
  }

  private static func isFalse(_ value: Bytes) -> Bool { value.count == 0 || value.same(as: "false") }

  /// Settles what the last run wrote, before anything is decided (semantics 5), also where the cell has an issue.
  mutating func settle(_ arrived: Arrivals, _ mapping: MappingTraits, _ station: inout Station) {
    guard let pending = remembered.pending else { return }
    let hubspotStands = hubspotShows(pending.hubspotSeen, mapping, &station.comparer)
    let salesforceStands = salesforceShows(pending.salesforceSeen, mapping, &station.comparer)
    if !pending.wasWritten {
      if hubspotStands && salesforceStands { standing = pending }
      unsettled = pending
      return
    }
    if !hasIssue && areEqual(mapping, &station.comparer) {
      settled = (h.bytes, s.bytes)
      return
    }
    let targetStands = pending.side == .hubspot ? hubspotStands : salesforceStands
    if !arrived[pending.side] && targetStands {
      station.counters.arrivedNot(pending.side, self.mapping)
      if hubspotStands && salesforceStands { standing = pending }
      unsettled = pending
      return
    }
    settled =
      pending.side == .hubspot ? (pending.written, pending.salesforceSeen) : (pending.hubspotSeen, pending.written)
  }
}
