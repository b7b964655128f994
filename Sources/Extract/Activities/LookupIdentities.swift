import Activities
import CRM
import Records
import Staging

/// Which rows of a lookup source are repeated, or were merged into others (activities-pipelines 7, "Duplicates").
///
/// Lookup sources are read whole: it needs about 60 bytes a row.
struct LookupIdentities {
  private struct Row {
    var file: Int
    var row: Int
    var time: Int64
  }

  private var kept: [JoinKey: Row] = [:]
  private var merged: [UInt64: UInt64] = [:]
  /// The rows that are not used, by file.
  private(set) var rejected: [Int: [Int]] = [:]

  init() {}

  /// Takes a row in, with the ids of the contacts that were merged into it.
  mutating func add(_ id: Bytes, file: Int, row: Int, time: Int64, merged list: Bytes) {
    let key = JoinKey(id)
    let new = Row(file: file, row: row, time: time)
    if let old = kept[key] {
      let isLater = (time, file, row) > (old.time, old.file, old.row)
      let loser = isLater ? old : new
      rejected[loser.file, default: []].append(loser.row)
      if isLater { kept[key] = new }
    } else {
      kept[key] = new
    }
    guard list.count > 0, let winner = UInt64(digits: id) else { return }
    for item in list.split(separator: UInt8(ascii: ";")) {
      let other = Bytes(rebasing: item.drop { $0 <= 0x20 })
      let digits = other.prefix { $0 > 0x20 }
      if let loser = UInt64(digits: Bytes(rebasing: digits)), loser != winner { merged[loser] = winner }
    }
  }

  /// Takes the rows out that were merged into other contacts.
  mutating func dropMerged() {
    for (loser, _) in merged where !isCircular(loser) {
      var text = ByteBuffer(capacity: 32)
      text.append("\(loser)")
      guard let row = kept.removeValue(forKey: JoinKey(text.bytes)) else { continue }
      rejected[row.file, default: []].append(row.row)
    }
    for file in rejected.keys { rejected[file]?.sort() }
  }

  /// Whether contacts name each other as merged: then the one with the highest id stays.
  private func isCircular(_ id: UInt64) -> Bool {
    var place = merged[id]
    var highest = id
    for _ in 0..<16 {
      guard let here = place else { return false }
      if here == id { return highest == id }
      highest = max(highest, here)
      place = merged[here]
    }
    return false
  }
}
