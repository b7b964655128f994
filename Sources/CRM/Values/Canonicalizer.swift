import CByteMasks
import Records

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Makes own values of cells (spec, semantics 1). One for each thread: it owns its scratch memory.
///
/// Most cells of an export are canonical already: those are handed back as a part of the raw bytes, without a
/// copy.
public struct Canonicalizer: ~Copyable {
  /// Where a value is written that is no part of its cell; cleared on each call.
  public var scratch = ByteBuffer(capacity: 1024)
  /// A cell without its NULs.
  var clean = ByteBuffer(capacity: 64)
  /// The digits of a number while it is rounded; a text while it is composed.
  var work = ByteBuffer(capacity: 1024)
  /// The code points of a text while it is composed.
  var scalars = ScalarBuffer()
  /// The values of a multi-select.
  var parts: [ValuePart] = []

  /// A canonicalizer with scratch memory of its own.
  public init() {}

  /// How many cells `textsInOrder` looks at.
  public static let textsAtOnce = Int(cell_texts_limit)

  /// A bit for each of up to 64 cells that, if its kind is one of the text kinds, is its own value, as most are: it is empty, or
  /// ASCII without the control characters below 0x0E, with nothing to trim, and not `#N/A`. A bit that is not set says nothing.
  public static func textsInOrder(_ cells: UnsafeBufferPointer<FieldRef>, of arena: UnsafePointer<UInt8>) -> UInt64 {
    precondition(cells.count <= textsAtOnce, "more cells than a mask has bits")
    return cells.withMemoryRebound(to: csv_cell.self) { cell_texts_in_order($0.baseAddress, $0.count, arena) }
  }

  /// Where the own value of a cell is. `scratch` is cleared first, so values of earlier calls are gone.
  ///
  /// Never throws and never traps: what cannot be used has an issue.
  public mutating func canonicalize(_ raw: Bytes, _ format: borrowing ValueFormat) -> NormalizedCell {
    scratch.clear()
    guard isPlain(raw) else { return canonicalizeUnusual(raw, format) }
    let (start, count) = trimmedASCII(raw)
    let cell = raw.part(start, count)
    switch ownValue(cell, .plain, format) {
    case .part(let from, let length): return NormalizedCell(place: .raw, start: start &+ from, count: length)
    case .scratch: return NormalizedCell(place: .scratch, start: 0, count: scratch.count)
    case .issue(let code): return NormalizedCell(place: .raw, start: start, count: count, issue: code)
    }
  }

  /// A cell with NULs, line breaks, control characters or other than ASCII.
  private mutating func canonicalizeUnusual(_ raw: Bytes, _ format: borrowing ValueFormat) -> NormalizedCell {
    let hasNUL = raw.contains(0)
    if hasNUL { removeNULs(raw) }
    let source = hasNUL ? clean.bytes : raw
    guard let traits = TextTraits(source) else {
      return NormalizedCell(place: .raw, start: 0, count: 0, issue: .invalidEncoding)
    }
    let (start, count) = trimmed(source)
    let cell = source.part(start, count)
    var from = start
    var length = count
    var issue = IssueCode.none
    switch ownValue(cell, traits, format) {
    case .scratch: return NormalizedCell(place: .scratch, start: 0, count: scratch.count)
    case .part(let first, let size): (from, length) = (start &+ first, size)
    case .issue(let code): issue = code
    }
    guard hasNUL else { return NormalizedCell(place: .raw, start: from, count: length, issue: issue) }
    scratch.clear()
    scratch.append(source.part(from, length))
    return NormalizedCell(place: .scratch, start: 0, count: length, issue: issue)
  }

  /// Copies a cell without its NULs into `clean`.
  private mutating func removeNULs(_ raw: Bytes) {
    clean.clear()
    var start = 0
    while start < raw.count {
      var end = start
      while end < raw.count, raw[end] != 0 { end &+= 1 }
      clean.append(raw.part(start, end &- start))
      start = end &+ 1
    }
  }

  /// The own value of a trimmed cell; what is not a part of it is written to `scratch`.
  private mutating func ownValue(
    _ cell: Bytes, _ traits: TextTraits, _ format: borrowing ValueFormat
  ) -> OwnValue {
    if cell.count == 0 || cell.isNotAvailable { return blank(format) }
    switch format.kind {
    case .text: return text(cell, traits)
    case .longtext: return longText(cell, traits)
    case .picklist: return composed(cell, traits)
    case .multipicklist: return multiPicklist(cell, traits)
    case .number: return number(cell, scale: format.scale, maxIntegerDigits: format.maxIntegerDigits)
    case .boolean: return boolean(cell)
    case .date: return date(cell, format)
    case .datetime: return datetime(cell, format)
    case .owner: return format.side == .hubspot ? hubSpotID(cell) : salesforceID(cell)
    case .id: return salesforceID(cell)
    }
  }

  private mutating func blank(_ format: borrowing ValueFormat) -> OwnValue {
    guard format.kind == .boolean, format.blankIsFalse, format.side == .hubspot else {
      return .part(start: 0, count: 0)
    }
    scratch.append("false")
    return .scratch
  }
}

extension UnsafeBufferPointer where Element == UInt8 {
  /// Whether the bytes are `#N/A`, which is blank from either side (spec, semantics 1).
  @inline(__always) var isNotAvailable: Bool {
    count == 4 && self[0] == UInt8(ascii: "#") && self[1] == UInt8(ascii: "N") && self[2] == UInt8(ascii: "/")
      && self[3] == UInt8(ascii: "A")
  }
}
