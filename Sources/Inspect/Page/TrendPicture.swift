import Pipeline
import Staging

/// A figure of the last runs as bars, the run of the page last or wherever it stands.
struct TrendPicture {
  /// One run; `kind` tells the run of the page from the others.
  struct Bar {
    var kind: String
    var x, y, width, height: Int
  }

  /// Unlike that of any other picture of the page.
  let number: Int
  let title: String
  let text: String
  /// The figure of the page's run.
  let last: String
  /// The first and the last run of the picture.
  let first, this: String
  let bars: [Bar]

  private static let (base, room, width) = (110, 84, 340)

  /// The picture of one figure of some runs, oldest first.
  init(_ number: Int, _ title: String, _ runs: [(name: String, value: Int)], current: String) {
    self.number = number
    self.title = title
    let most = max(1, runs.map(\.value).max() ?? 1)
    let slot = Self.width / max(1, runs.count)
    bars = runs.enumerated().map { place, run in
      let height = run.value == 0 ? 0 : max(2, run.value * Self.room / most)
      return Bar(
        kind: run.name == current ? "read" : "before", x: place * slot, y: Self.base - height,
        width: max(2, min(48, slot - 4)), height: height)
    }
    last = runs.first { $0.name == current }?.value.grouped ?? ""
    first = runs.count > 1 ? runs.first?.name ?? "" : ""
    this = runs.last?.name ?? ""
    text = runs.map { "\($0.name): \($0.value.grouped)" }.joined(separator: "; ") + "."
  }
}
