import CSV
import Records
import TestSupport
import Testing

@Suite struct `Whether bytes are UTF-8` {
  /// Sequences of every length, at the edges of what is allowed, and what is not (Unicode, table 3-7).
  private static let pieces: [[UInt8]] = [
    [0x00], [0x41], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
    [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3],
    [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
    [0xF0, 0x9F, 0x98], [0xF5, 0x80, 0x80, 0x80], [0xFF],
  ]

  private static func isUTF8(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBufferPointer { $0.isUTF8 } }

  @Test func `no bytes are UTF-8`() { #expect(Self.isUTF8([])) }

  @Test func `every sequence at every place of a text is judged as the standard library judges it`() {
    for piece in Self.pieces {
      for before in 0...70 {
        for after in [0, 1, 31, 40] {
          let text = Array(repeating: UInt8(0x61), count: before) + piece + Array(repeating: 0x62, count: after)
          #expect(Self.isUTF8(text) == (String(validating: text, as: UTF8.self) != nil), "\(piece) at \(before)")
        }
      }
    }
  }

  @Test func `random texts of good and bad sequences are judged as the standard library judges them`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed of the UTF-8 check: \(seed)")
    var random = SplitMix64(state: seed)
    for _ in 0..<20_000 {
      let good = Int.random(in: 0..<3, using: &random) > 0
      let pieces = good ? Self.pieces[..<10] : Self.pieces[...]
      let text = (0..<Int.random(in: 0..<60, using: &random)).flatMap { _ in
        pieces.randomElement(using: &random) ?? []
      }
      #expect(Self.isUTF8(text) == (String(validating: text, as: UTF8.self) != nil), "\(text)")
    }
  }
}
