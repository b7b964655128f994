import CSV
import Foundation
import Records
import Testing

/// Random small texts: the two paths must agree on every byte. A failure prints the seed; `CSV_FUZZ_SEED`
/// repeats it.
@Suite struct `Random texts` {
  private static let alphabet: [[UInt8]] = [
    [44], [44], [34], [34], [34], [10], [10], [13], [13, 10], [97], [98], [32], [0], Array("é".utf8),
  ]

  private let seed: UInt64 = {
    let wanted = ProcessInfo.processInfo.environment["CSV_FUZZ_SEED"].flatMap { UInt64($0) }
    return wanted ?? UInt64.random(in: 0...UInt64.max)
  }()

  @Test func `both paths index the same fields, byte for byte`() {
    print("seed of the fuzzer: \(seed)")
    var random = SplitMix64(state: seed)
    var pair = ScannerPair()
    for number in 0..<200_000 {
      let isLong = number & 15 == 0
      pair.fill(&random, from: Self.alphabet, count: Int(random.next() % (isLong ? 150 : 20)))
      guard pair.agree(atEnd: number & 3 != 0) else {
        Issue.record("seed \(seed), text \(number): \(pair.text)")
        return
      }
    }
  }

  @Test func `both paths agree on every text of up to six special bytes`() {
    var pair = ScannerPair()
    for length in 1...6 {
      for number in 0..<Int(pow(5, Double(length))) {
        pair.fill(number, from: [44, 34, 10, 13, 97], count: length)
        guard pair.agree(atEnd: true), pair.agree(atEnd: false) else {
          Issue.record("text \(pair.text)")
          return
        }
      }
    }
  }

  @Test func `both paths read what the specification says, in pieces too`() {
    print("seed of the reader: \(seed)")
    var random = SplitMix64(state: seed)
    for number in 0..<4_000 {
      var text: [UInt8] = []
      for _ in 0..<(random.next() % (number & 7 == 0 ? 150 : 24)) {
        text += Self.alphabet[Int(random.next() % UInt64(Self.alphabet.count))]
      }
      let cuts = (0..<3).map { _ in Int(random.next() % UInt64(text.count + 1)) }.sorted()
      var expected = ReferenceReader.read(text)
      for path in Path.allCases {
        var outcome = path.read(text, cuts: cuts)
        if expected.error != nil { (expected.lines, outcome.lines) = (0, 0) }
        guard outcome == expected else {
          let place: Comment = "seed \(seed), text \(number), \(path), cuts \(cuts): \(text)"
          #expect(outcome == expected, place)
          return
        }
      }
    }
  }
}

/// Both scanners with a buffer each, used for many texts: no allocation a text, so that the fuzzer is quick.
private struct ScannerPair: ~Copyable {
  private static let capacity = 512
  private let original = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
  private let fastBuffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
  private let slowBuffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
  private var count = 0
  private var fast = CSVScanner()
  private var slow = LibCSVScanner()
  private var fastIndex = RecordIndex()
  private var slowIndex = RecordIndex()

  deinit {
    original.deallocate()
    fastBuffer.deallocate()
    slowBuffer.deallocate()
  }

  var text: [UInt8] { Array(original[0..<count]) }

  /// Makes the next text of `wanted` random pieces.
  mutating func fill(_ random: inout SplitMix64, from alphabet: [[UInt8]], count wanted: Int) {
    count = 0
    for _ in 0..<wanted {
      for byte in alphabet[Int(random.next() % UInt64(alphabet.count))] {
        original[count] = byte
        count += 1
      }
    }
  }

  /// Makes the text that a number writes in the digits of an alphabet.
  mutating func fill(_ number: Int, from alphabet: [UInt8], count wanted: Int) {
    var rest = number
    for place in 0..<wanted {
      original[place] = alphabet[rest % alphabet.count]
      rest /= alphabet.count
    }
    count = wanted
  }

  /// Whether both say the same of the text: progress or error, marks, fields, and the bytes of the buffer
  /// afterwards.
  mutating func agree(atEnd: Bool) -> Bool {
    fastIndex.clear()
    slowIndex.clear()
    let fastEnd = Self.run(&fast, original, fastBuffer, count, atEnd, &fastIndex)
    let slowEnd = Self.run(&slow, original, slowBuffer, count, atEnd, &slowIndex)
    guard fastEnd == slowEnd, fastIndex.recordCount == slowIndex.recordCount,
      fastIndex.fieldCount == slowIndex.fieldCount,
      Bytes(fastBuffer).part(0, count).same(as: Bytes(slowBuffer).part(0, count))
    else { return false }
    for number in 0..<fastIndex.recordCount where fastIndex[record: number] != slowIndex[record: number] {
      return false
    }
    for number in 0..<fastIndex.fieldCount {
      let (a, b) = (fastIndex[field: number], slowIndex[field: number])
      let isSame = a.offset == b.offset && a.count == b.count && a.isAbsent == b.isAbsent
      guard isSame, !a.hasIssue, !b.hasIssue else { return false }
    }
    return true
  }

  private static func run<Scanner: RecordScanner & ~Copyable>(
    _ scanner: inout Scanner, _ original: UnsafeMutableBufferPointer<UInt8>,
    _ buffer: UnsafeMutableBufferPointer<UInt8>, _ count: Int, _ atEnd: Bool, _ index: inout RecordIndex
  ) -> Result<ScanProgress, CSVError> {
    if let target = buffer.baseAddress, let source = original.baseAddress {
      target.update(from: source, count: count)
    }
    let text = UnsafeMutableBufferPointer(start: buffer.baseAddress, count: count)
    do throws(CSVError) {
      return .success(try scanner.scan(text, atEnd: atEnd, into: &index))
    } catch {
      return .failure(error)
    }
  }
}
