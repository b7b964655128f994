import CRM
import Extract
import Records

/// HubSpot's limit of a text, in UTF-16 code units (spec, semantics 4, `too_long`).
let hubspotTextLimit = 65_536

/// What one column of an export holds, as far as the mapping cares.
struct ColumnCount: Sendable {
  /// An export lacks the column.
  var isMissing = false
  /// Records whose value is no such value, by issue.
  private(set) var unusable: [IssueCode: Int] = [:]
  /// Records whose text is longer than the other side holds.
  private(set) var tooLong = 0
  /// Records whose number has more decimals than Salesforce keeps.
  private(set) var rounded = 0
  /// Picklists and owners: the raw values.
  private(set) var distinct = DistinctValues()

  private let format: ValueFormat
  private let unrounded: ValueFormat
  private let isVocabulary: Bool
  private let limit: Int?
  private let lineBreaksCountTwo: Bool
  private let scale: Int?

  init(_ mapping: FieldMapping, _ file: SourceFile, pipelineZone: TimeZoneTable) {
    let isHubSpot = file.side == .hubspot
    format = ValueFormat(
      kind: mapping.ownKind(of: file.side), side: file.side, scale: mapping.scale,
      maxIntegerDigits: mapping.maxIntegerDigits,
      blankIsFalse: mapping.blankIsFalse,
      fieldHoldsInstant: isHubSpot ? mapping.hubspotHoldsInstant : mapping.salesforceHoldsInstant,
      dateOrder: file.dateOrder, sourceZone: file.zone, pipelineZone: pipelineZone)
    unrounded = ValueFormat(kind: .number, side: file.side)
    isVocabulary = mapping.kind == .picklist || mapping.kind == .multipicklist || mapping.kind == .owner
    let isText = mapping.kind == .text || mapping.kind == .longtext
    let length = isHubSpot ? (mapping.truncate ? nil : mapping.salesforceLength) : hubspotTextLimit
    limit = isText ? length : nil
    lineBreaksCountTwo = isHubSpot
    scale = isHubSpot && mapping.kind == .number ? mapping.scale : nil
  }

  /// Takes the cell of one record.
  mutating func add(_ cell: Bytes, _ canonicalizer: inout Canonicalizer) {
    guard cell.count > 0 else { return }
    if isVocabulary { return distinct.add(cell) }
    // Bytes are never fewer than code units: a short cell fits without a look at it.
    if limit == nil || cell.count &* 2 <= limit ?? 0, format.kind == .text || format.kind == .longtext, isASCII(cell) {
      return
    }
    let own = canonicalizer.canonicalize(cell, format)
    guard own.issue == .none else {
      unusable[own.issue, default: 0] += 1
      return
    }
    let value =
      own.place == .raw ? cell.part(own.start, own.count) : canonicalizer.scratch.part(own.start, own.count)
    if let limit, utf16Length(value, lineBreaksCountTwo: lineBreaksCountTwo) > limit { tooLong += 1 }
    if let scale, decimals(cell, &canonicalizer) > scale { rounded += 1 }
  }

  /// How many decimals a number has that is written in a cell.
  private func decimals(_ cell: Bytes, _ canonicalizer: inout Canonicalizer) -> Int {
    let own = canonicalizer.canonicalize(cell, unrounded)
    let value =
      own.place == .raw ? cell.part(own.start, own.count) : canonicalizer.scratch.part(own.start, own.count)
    guard let point = value.firstIndex(of: UInt8(ascii: ".")) else { return 0 }
    return value.count - point - 1
  }

  private func isASCII(_ cell: Bytes) -> Bool { cell.allSatisfy { $0 < 0x80 } }

  /// The sum of two files.
  func adding(_ other: ColumnCount) -> ColumnCount {
    var sum = self
    sum.isMissing = isMissing || other.isMissing
    sum.unusable.merge(other.unusable) { $0 + $1 }
    sum.tooLong += other.tooLong
    sum.rounded += other.rounded
    sum.distinct.merge(other.distinct)
    return sum
  }

  /// The different own values, those of a multi-select one by one, with the number of records.
  func values() -> [(value: [UInt8], records: Int)] {
    var canonicalizer = Canonicalizer()
    var found: [[UInt8]: Int] = [:]
    for (raw, records) in zip(distinct.values, distinct.counts) {
      raw.withUnsafeBufferPointer { cell in
        let own = canonicalizer.canonicalize(cell, format)
        guard own.issue == .none else { return }
        let value =
          own.place == .raw ? cell.part(own.start, own.count) : canonicalizer.scratch.part(own.start, own.count)
        let parts =
          format.kind == .multipicklist ? value.split(separator: UInt8(ascii: ";")).map { Array($0) } : [Array(value)]
        for part in parts where !part.isEmpty { found[part, default: 0] += records }
      }
    }
    return found.map { ($0.key, $0.value) }
  }
}
