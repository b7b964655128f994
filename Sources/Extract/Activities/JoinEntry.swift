import CXXHash
import Records

/// What rows of different sources are joined by: 128 bits of an id's digest.
struct JoinKey: Hashable, Comparable {
  var high: UInt64
  var low: UInt64

  /// The key of a canonical id.
  init(_ id: Bytes) {
    let hash = XXH3_128bits(id.baseAddress, id.count)
    high = hash.high64
    low = hash.low64
  }

  /// The key of an id among those of its space: the texts of different sources may be alike. `text` is a buffer to use.
  init(_ id: Bytes, in space: String, _ text: inout ByteBuffer) {
    text.clear()
    text.append(space)
    text.append(0)
    text.append(id)
    self.init(text.bytes)
  }

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  static func < (a: JoinKey, b: JoinKey) -> Bool { a.high != b.high ? a.high < b.high : a.low < b.low }

  /// How many buckets a join has.
  static let buckets = 64
  /// The bucket of the key.
  var bucket: Int { Int(truncatingIfNeeded: high >> 58) }
}

/// One fact in a join, as it lies in a bucket: a head of fixed size, and a payload.
struct JoinEntry {
  /// What the fact is.
  enum Kind: UInt8 {
    /// A row of an activity source, of a presence source, or of messages.
    case own
    /// A message names the task with this key.
    case message
    /// A relation adds a person to the activity with this key.
    case relation
    /// An export shows the activity with this key.
    case presence
    /// The ledger holds a row that was loaded as, or is, the activity with this key.
    case ledger
    /// An earlier run wrote properties of the activity with this key.
    case digest
  }

  var key: JoinKey
  var kind: Kind
  /// The number of the source in the plan.
  var source: UInt8
  var file: UInt16
  /// The row's number in its file; of what comes from the ledger, that of the run.
  var row: Int64
  /// Which of several rows with one id was modified last.
  var time: Int64
  var payloadStart = 0
  var payloadCount = 0

  init(_ key: JoinKey, _ kind: Kind, source: Int, file: Int = 0, row: Int, time: Int64 = 0) {
    self.key = key
    self.kind = kind
    self.source = UInt8(truncatingIfNeeded: source)
    self.file = UInt16(truncatingIfNeeded: file)
    self.row = Int64(row)
    self.time = time
  }

  private static let headSize = 40

  /// Appends the entry with a payload.
  func write(_ payload: Bytes, into out: inout ByteBuffer) {
    out.reserve(Self.headSize + payload.count)
    let head = UnsafeMutableRawPointer(out.base + out.count)
    head.storeBytes(of: key.high, as: UInt64.self)
    head.storeBytes(of: key.low, toByteOffset: 8, as: UInt64.self)
    head.storeBytes(of: row, toByteOffset: 16, as: Int64.self)
    head.storeBytes(of: time, toByteOffset: 24, as: Int64.self)
    head.storeBytes(of: UInt32(truncatingIfNeeded: payload.count), toByteOffset: 32, as: UInt32.self)
    head.storeBytes(of: kind.rawValue, toByteOffset: 36, as: UInt8.self)
    head.storeBytes(of: source, toByteOffset: 37, as: UInt8.self)
    head.storeBytes(of: file, toByteOffset: 38, as: UInt16.self)
    out.commit(Self.headSize)
    out.append(payload)
  }

  /// All entries of a bucket, those of one key together; there by kind, source, file and row.
  static func readSorted(_ bytes: Bytes) -> [JoinEntry] {
    var entries: [JoinEntry] = []
    var place = 0
    while let base = bytes.baseAddress, place + headSize <= bytes.count {
      let head = UnsafeRawPointer(base + place)
      func load<Value: BitwiseCopyable>(_ offset: Int, _ type: Value.Type) -> Value {
        head.loadUnaligned(fromByteOffset: offset, as: type)
      }
      guard let kind = Kind(rawValue: load(36, UInt8.self)) else { break }
      var entry = JoinEntry(
        JoinKey(high: load(0, UInt64.self), low: load(8, UInt64.self)), kind, source: Int(load(37, UInt8.self)),
        file: Int(load(38, UInt16.self)), row: Int(load(16, Int64.self)), time: load(24, Int64.self))
      entry.payloadStart = place + headSize
      entry.payloadCount = Int(load(32, UInt32.self))
      entries.append(entry)
      place = entry.payloadStart + entry.payloadCount
    }
    entries.sort { $0.precedes($1) }
    return entries
  }

  private func precedes(_ other: JoinEntry) -> Bool {
    if key.high != other.key.high { return key.high < other.key.high }
    if key.low != other.key.low { return key.low < other.key.low }
    if kind != other.kind { return kind.rawValue < other.kind.rawValue }
    if source != other.source { return source < other.source }
    if file != other.file { return file < other.file }
    return row < other.row
  }

  /// The payload, in the bytes of the bucket.
  func payload(in bytes: Bytes) -> Bytes { bytes.part(payloadStart, payloadCount) }
}

/// A payload of several texts, one behind the other, each with its length.
enum Texts {
  /// Appends a text.
  static func append(_ text: Bytes, into out: inout ByteBuffer) {
    out.reserve(4)
    UnsafeMutableRawPointer(out.base + out.count)
      .storeBytes(of: UInt32(truncatingIfNeeded: text.count), as: UInt32.self)
    out.commit(4)
    out.append(text)
  }

  /// The text with this number; none if there are fewer.
  static func read(_ payload: Bytes, _ number: Int) -> Bytes {
    var place = 0
    for index in 0...number {
      guard let base = payload.baseAddress, place + 4 <= payload.count else { return .none }
      let count = Int(UnsafeRawPointer(base + place).loadUnaligned(as: UInt32.self))
      guard place + 4 + count <= payload.count else { return .none }
      if index == number { return payload.part(place + 4, count) }
      place += 4 + count
    }
    return .none
  }
}
