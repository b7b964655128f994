import Pipeline
import Staging

/// How many rows of an object each stage has taken, from the manifest: bars, one below the other.
struct StagePicture {
  /// A stage, or what stands before the first.
  struct Bar {
    var label, value: String
    var y, width, textY: Int
  }

  /// Unlike that of any other picture of the page.
  let number: Int
  let title: String
  let text: String
  let bars: [Bar]
  let height: Int

  private static let (top, step, fullWidth) = (38, 32, 340)

  /// The picture of an object; `load` says what the last stage wrote, of what it took and gave.
  init(
    _ number: Int, _ object: RunManifest.ObjectRun, _ manifest: RunManifest, title: String,
    load: ((taken: Int, given: Int)) -> String
  ) {
    self.number = number
    self.title = title
    let read = object.hubspot.read + object.salesforce.read
    var rows = [("exports", "\(read.grouped) rows", read)]
    for stage in Stage.allCases {
      let done = manifest.chunks.filter { $0.stage == stage && $0.object == object.object }
      let (taken, given) = done.reduce((0, 0)) { ($0.0 + $1.rowsIn, $0.1 + $1.rowsOut) }
      let open = object.chunks - done.count
      let left = open > 0 ? ", \(open) of \(object.chunks) chunks left" : ""
      // Load gives something else than it takes; the others pass rows on.
      let said = stage == .load ? load((taken, given)) : "\(given.grouped) rows"
      rows.append((stage.rawValue, (done.isEmpty ? "not done" : said) + left, stage == .load ? taken : given))
    }
    text = rows.map { "\($0.0): \($0.1)" }.joined(separator: "; ") + "."
    let most = max(1, rows.map(\.2).max() ?? 1)
    bars = rows.enumerated().map { place, row in
      let y = Self.top + place * Self.step
      let share = Double(row.2) / Double(most)
      return Bar(label: row.0, value: row.1, y: y, width: Int(share * Double(Self.fullWidth)), textY: y - 4)
    }
    height = Self.top + rows.count * Self.step - 16
  }
}
