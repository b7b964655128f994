import CRM
import Foundation

/// How a file is written: found out from its first bytes, for files that nobody has described.
struct Dialect: Equatable {
  /// As the pipeline's `encoding` says it; nil: UTF-8.
  var encoding: String?
  var delimiter: UInt8 = 44

  private static let delimiters: [UInt8] = [44, 59, 9, 124, 94, 96]
  /// So much of a file is looked at.
  static let sampleSize = 4 << 20

  /// The dialect of a file that is not packed; of others what is usual.
  init(of path: String) {
    guard !path.hasSuffix(".gz"), !path.hasSuffix(".zip"), let handle = FileHandle(forReadingAtPath: path),
      let sample = try? handle.read(upToCount: Self.sampleSize)
    else {
      self.init(sample: [], isWhole: true)
      return
    }
    self.init(sample: [UInt8](sample), isWhole: sample.count < Self.sampleSize)
  }

  /// The dialect of the first bytes of a file.
  init(sample: [UInt8], isWhole: Bool) {
    encoding = Self.encoding(sample, isWhole)
    delimiter = Self.delimiter(sample)
  }

  private static func encoding(_ sample: [UInt8], _ isWhole: Bool) -> String? {
    if sample.starts(with: [0xFF, 0xFE]) || sample.starts(with: [0xFE, 0xFF]) { return "utf-16" }
    // Western text in UTF-16 has a zero in every other byte.
    let start = sample.prefix(400)
    let zeros = (0...1).map { odd in start.enumerated().count { $0.offset % 2 == odd && $0.element == 0 } }
    if start.count > 20 && zeros[1] * 3 > start.count { return "utf-16le" }
    if start.count > 20 && zeros[0] * 3 > start.count { return "utf-16be" }
    // A file of UTF-8 may have broken cells, which a run reports; in another encoding nearly all of its letters beyond
    // ASCII are broken as UTF-8. What ends within a character is broken once.
    var (broken, sound) = (0, 0)
    for scalar in String(decoding: sample, as: UTF8.self).unicodeScalars where scalar.value >= 0x80 {
      if scalar == "\u{FFFD}" { broken += 1 } else { sound += 1 }
    }
    return broken > max(sound, isWhole ? 0 : 1) ? "windows-1252" : nil
  }

  /// The one that the header has most of, outside of quotes; a comma where it has none. The zeros of UTF-16 do not matter.
  private static func delimiter(_ sample: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    var isEmpty = true
    for byte in sample.prefix(1 << 16) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      // Empty lines may come before the header.
      let isLineEnd = byte == 10 || byte == 13
      if isLineEnd && !isQuoted && !isEmpty { break }
      if !isLineEnd && byte > 32 && byte < 0x80 { isEmpty = false }
      if !isQuoted && delimiters.contains(byte) { counts[byte, default: 0] += 1 }
    }
    return delimiters.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? 44
  }
}

/// In which order days with slashes or dots are written, as far as the values tell.
enum DayOrder: Equatable {
  /// There are none.
  case none
  /// A number above 12 says which is the day.
  case known(DateOrder)
  /// There are some, and all can be read both ways, or they contradict one another.
  case unclear(example: String)

  /// What the cells of a file say.
  init(_ cells: some Sequence<String>) {
    var votes: Set<DateOrder> = []
    var example: String?
    for cell in cells where cell.utf8.count <= 24 {
      guard let match = cell.prefixMatch(of: /([0-9]{1,2})[\/.]([0-9]{1,2})[\/.](?:19|20)[0-9]{2}\b/),
        let first = Int(match.1), let second = Int(match.2), min(first, second) <= 12, max(first, second) <= 31
      else { continue }
      example = example ?? cell
      if first > 12 { votes.insert(.dmy) }
      if second > 12 { votes.insert(.mdy) }
    }
    guard let example else {
      self = .none
      return
    }
    guard votes.count == 1, let order = votes.first else {
      self = .unclear(example: example)
      return
    }
    self = .known(order)
  }
}
