import Records

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bytes as a PostgreSQL text can hold them, and back: every sequence of bytes survives.
///
/// A text holds no NUL and only valid UTF-8, but an export may hold anything, and extract stages it as it was read. Each byte
/// that cannot be stored becomes one of the 256 private-use code points from U+10FE00 on; what already is one of them is
/// escaped byte by byte, so that the way back is clear.
public enum TextEscapes {
  /// The first two bytes of all the code points that escape.
  private static let lead: (UInt8, UInt8) = (0xF4, 0x8F)

  /// Appends the bytes of a cell as storable text.
  public static func encode(_ cell: Bytes, into out: inout ByteBuffer) {
    // Most cells are ASCII: byte by byte, this and the lengths took a quarter of what a night with such staging computes.
    guard !isPlain(cell) else { return out.append(cell) }
    var place = 0
    var clean = 0
    while place < cell.count {
      let length = validLength(cell, place)
      let isEscape = length == 4 && isEscaped(cell, place)
      if length > 0 && cell[place] != 0 && !isEscape {
        place += length
        continue
      }
      out.append(cell.part(clean, place - clean))
      for byte in cell.part(place, max(1, length)) { appendEscape(byte, into: &out) }
      place += max(1, length)
      clean = place
    }
    out.append(cell.part(clean, cell.count - clean))
  }

  /// Whether a cell is ASCII without a NUL: then it is stored as it is.
  static func isPlain(_ cell: Bytes) -> Bool {
    guard let start = cell.baseAddress, cell.count >= 8 else { return cell.allSatisfy { $0 > 0 && $0 < 0x80 } }
    func isPlain(_ eight: EightBytes) -> Bool { eight.notASCII == 0 && !eight.contains(0) }
    var place = 0
    while place &+ 8 < cell.count {
      guard isPlain(EightBytes(at: start + place)) else { return false }
      place &+= 8
    }
    // The last eight overlap the ones before.
    return isPlain(EightBytes(at: start + cell.count - 8))
  }

  /// Whether stored bytes may hold an escape; if not, they stand for themselves.
  public static func mayOccur(in bytes: Bytes) -> Bool {
    guard let start = bytes.baseAddress else { return false }
    return memchr(start, Int32(lead.0), bytes.count) != nil
  }

  /// Appends the bytes that a stored text stands for.
  public static func decode(_ text: Bytes, into out: inout ByteBuffer) {
    guard mayOccur(in: text) else { return out.append(text) }
    var place = 0
    var clean = 0
    while place < text.count {
      guard text[place] == lead.0, place + 4 <= text.count, isEscaped(text, place) else {
        place += 1
        continue
      }
      out.append(text.part(clean, place - clean))
      out.append((text[place + 2] - 0xB8) << 6 | (text[place + 3] - 0x80))
      place += 4
      clean = place
    }
    out.append(text.part(clean, text.count - clean))
  }

  private static func appendEscape(_ byte: UInt8, into out: inout ByteBuffer) {
    out.append(lead.0)
    out.append(lead.1)
    out.append(0xB8 + (byte >> 6))
    out.append(0x80 + (byte & 0x3F))
  }

  /// Whether the four bytes are a code point of U+10FE00 … U+10FEFF.
  private static func isEscaped(_ bytes: Bytes, _ place: Int) -> Bool {
    bytes[place] == lead.0 && bytes[place + 1] == lead.1 && (0xB8...0xBB).contains(bytes[place + 2])
      && (0x80...0xBF).contains(bytes[place + 3])
  }

  /// How many bytes the valid UTF-8 sequence at a place has (Unicode, table 3-7); 0 if there is none.
  private static func validLength(_ bytes: Bytes, _ place: Int) -> Int {
    let first = bytes[place]
    if first < 0x80 { return 1 }
    let (length, low, high): (Int, UInt8, UInt8)
    switch first {
    case 0xC2...0xDF: (length, low, high) = (2, 0x80, 0xBF)
    case 0xE0: (length, low, high) = (3, 0xA0, 0xBF)
    case 0xED: (length, low, high) = (3, 0x80, 0x9F)
    case 0xE1...0xEF: (length, low, high) = (3, 0x80, 0xBF)
    case 0xF0: (length, low, high) = (4, 0x90, 0xBF)
    case 0xF1...0xF3: (length, low, high) = (4, 0x80, 0xBF)
    case 0xF4: (length, low, high) = (4, 0x80, 0x8F)
    default: return 0
    }
    guard place + length <= bytes.count, bytes[place + 1] >= low, bytes[place + 1] <= high else { return 0 }
    for next in 2..<max(2, length) where bytes[place + next] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
