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

  /// What a row says of another contact: that it was merged into its own.
  private struct Merge {
    var loser: UInt64
    var winner: UInt64
    var file: Int
    var row: Int
  }

  private var kept: [JoinKey: Row] = [:]
  private var merged: [UInt64: UInt64] = [:]
  private var merges: [Merge] = []
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
    forEachMergedID(in: list) { loser in
      guard loser != winner else { return }
      merged[loser] = winner
      merges.append(Merge(loser: loser, winner: winner, file: file, row: row))
    }
  }

  /// Takes the rows out that were merged into other contacts.
  mutating func dropMerged() {
    for (loser, _) in merged where !isCircular(loser) {
      guard let row = kept.removeValue(forKey: Self.key(loser)) else { continue }
      rejected[row.file, default: []].append(row.row)
    }
    for file in rejected.keys { rejected[file]?.sort() }
  }

  private static func key(_ id: UInt64) -> JoinKey {
    var text = ByteBuffer(capacity: 32)
    text.append("\(id)")
    return JoinKey(text.bytes)
  }

  /// The contacts that only rows which are not used name as merged, by the file and the row of the contact that they became: a
  /// contact that was merged into one that was merged itself must not be lost on the way. After `dropMerged`.
  var inherited: [Int: [Int: [UInt64]]] {
    var found: [Int: [Int: [UInt64]]] = [:]
    for merge in merges {
      guard let row = survivor(of: merge.winner) else { continue }
      let speaksForItself = row.file == merge.file && row.row == merge.row
      if !speaksForItself { found[row.file, default: [:]][row.row, default: []].append(merge.loser) }
    }
    return found
  }

  /// The row of a contact, or of the one that it became.
  private func survivor(of id: UInt64) -> Row? {
    var id = id
    for _ in 0..<16 {
      if let row = kept[Self.key(id)] { return row }
      guard let next = merged[id] else { return nil }
      id = next
    }
    return nil
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
