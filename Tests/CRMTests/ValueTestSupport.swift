import CRM
import Records

/// What a test says of a cell: its own value, or `!code` of the issue that it has.
struct Own: Equatable, CustomStringConvertible {
  var bytes: [UInt8]
  var issue: IssueCode

  init(_ text: String) {
    issue = .none
    bytes = Array(text.utf8)
    if text.hasPrefix("!"), let code = IssueCode.allCases.first(where: { "!" + $0.name == text }),
      code != .none
    {
      issue = code
      bytes = []
    }
  }

  init(bytes: [UInt8], issue: IssueCode) {
    self.bytes = issue == .none ? bytes : []
    self.issue = issue
  }

  /// Escapes all but ASCII, for texts that look alike may differ in their bytes.
  var description: String {
    if issue != .none { return "!" + issue.name }
    return "\""
      + String(decoding: bytes, as: UTF8.self).unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
      + "\""
  }
}

/// The own value of a cell, or its issue.
func own(_ raw: [UInt8], _ format: ValueFormat) -> Own {
  var canonicalizer = Canonicalizer()
  return raw.withUnsafeBufferPointer { raw in
    let cell = canonicalizer.canonicalize(raw, format)
    return Own(bytes: Array(value(cell, raw, canonicalizer.scratch.bytes)), issue: cell.issue)
  }
}

/// The own value of a text.
func own(_ raw: String, _ format: ValueFormat) -> Own { own(Array(raw.utf8), format) }

/// The bytes of a cell.
func value(_ cell: NormalizedCell, _ raw: Bytes, _ scratch: Bytes) -> Bytes {
  cell.place == .raw ? raw.part(cell.start, cell.count) : scratch.part(cell.start, cell.count)
}

/// The zone of a name that exists.
func zone(_ identifier: String) -> TimeZoneTable {
  guard let zone = TimeZoneTable(identifier: identifier) else { fatalError("no zone \(identifier)") }
  return zone
}

/// What a function appends to a buffer.
func appended(_ body: (inout ByteBuffer) -> Void) -> String {
  var out = ByteBuffer(capacity: 64)
  body(&out)
  return out.bytes.text
}

/// Random numbers that a seed repeats.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from a closed range.
  mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// One of several things.
  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[pick(0...choices.count - 1)] }
}

/// A seed for a property test, printed so that a failure can be repeated.
func newSeed(_ test: String = #function) -> UInt64 {
  let seed = UInt64.random(in: 0...UInt64.max)
  print("seed of \(test): \(seed)")
  return seed
}
