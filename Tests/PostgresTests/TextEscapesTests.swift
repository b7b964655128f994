import Foundation
import Postgres
import Records
import TestSupport
import Testing

/// A text of PostgreSQL holds no NUL and nothing but UTF-8; an export may hold anything.
@Suite struct `Bytes as a text of the database` {
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var out = ByteBuffer()
    bytes.withUnsafeBufferPointer { TextEscapes.encode($0, into: &out) }
    return Array(out.bytes)
  }

  private static func read(_ bytes: [UInt8]) -> [UInt8] {
    var out = ByteBuffer()
    bytes.withUnsafeBufferPointer { TextEscapes.decode($0, into: &out) }
    return Array(out.bytes)
  }

  @Test(arguments: [
    "", "a", "1234567", "12345678", "123456789", "Média Blue Star", "日本語のテキスト", "😀", "\u{10FDFF}", "\u{10FF00}",
  ])
  func `a text that can be stored is stored as it is`(_ text: String) {
    #expect(Self.stored(Array(text.utf8)) == Array(text.utf8))
    #expect(Self.read(Array(text.utf8)) == Array(text.utf8))
  }

  @Test(arguments: [
    ([0], "\u{10FE00}"), ([0xE9], "\u{10FEE9}"), ([0x61, 0xFF, 0x62], "a\u{10FEFF}b"),
    ([0xC3], "\u{10FEC3}"), (Array("1234567".utf8) + [0], "1234567\u{10FE00}"),
    (Array("\u{10FE00}".utf8), "\u{10FEF4}\u{10FE8F}\u{10FEB8}\u{10FE80}"),
  ])
  func `a byte that cannot be stored becomes a character for private use`(_ bytes: [UInt8], _ expected: String) {
    #expect(Self.stored(bytes) == Array(expected.utf8))
    #expect(Self.read(Array(expected.utf8)) == bytes)
  }

  /// Every byte, at every place of a cell of every length around the words in which cells are looked at.
  @Test func `each byte comes back from each place`() {
    for length in 1...18 {
      for place in 0..<length {
        for byte in UInt8.min...UInt8.max {
          var cell = [UInt8](repeating: UInt8(ascii: "x"), count: length)
          cell[place] = byte
          let stored = Self.stored(cell)
          let isPlain = byte > 0 && byte < 0x80
          guard Self.read(stored) == cell, (stored == cell) == isPlain, !stored.contains(0),
            String(validating: stored, as: UTF8.self) != nil
          else {
            Issue.record("byte \(byte) at \(place) of \(length): \(stored)")
            return
          }
        }
      }
    }
  }

  @Test func `whatever was stored is a text, and comes back`() {
    var random = SeededRandom.announced("escapes")
    let pieces: [[UInt8]] = [
      [0], [0x61], [0xC3, 0xA9], [0xC3], [0xA9], [0xF4, 0x8F, 0xB8, 0x80], [0xF4, 0x8F, 0xBB],
      [0xF4, 0x8F, 0xBF, 0xBF],
      [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98, 0x80], [0xFF], Array("plain text".utf8),
    ]
    for _ in 0..<20_000 {
      let cell = (0..<Int(random.next() % 12)).flatMap { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
      let stored = Self.stored(cell)
      guard Self.read(stored) == cell, !stored.contains(0), String(validating: stored, as: UTF8.self) != nil else {
        Issue.record("seed \(random.seed): \(cell) is stored as \(stored)")
        return
      }
    }
  }
}
