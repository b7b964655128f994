import Foundation
import Pipeline

/// Where the rows of one side, or of one source, went: a bar of all rows that were read, and bands to what became of them.
struct FlowPicture {
  /// Rows that fared alike.
  struct Outcome {
    /// What the colour says: `taken` rows go on, `open` ones ask for a look, `left` ones take no part.
    enum Kind: String { case taken, again, open, left, rejected, undecided }
    var kind: Kind
    var label: String
    var count: Int

    init(_ kind: Kind, _ label: String, _ count: Int) { (self.kind, self.label, self.count) = (kind, label, count) }
  }

  /// One outcome. `path` draws the band from the bar of what was read.
  struct Band {
    var kind, label, count, path: String
    var y, height, textY: Int
  }

  /// Unlike that of any other picture of the page.
  let number: Int
  let title: String
  /// The balance in words, for who cannot see the picture.
  let text: String
  let height: Int
  let readHeight: Int
  let bands: [Band]

  private static let top = 28
  private static let full = 130.0
  /// The least height of a row with its label, and of a bar that still can be seen.
  private static let (leastRow, leastBar) = (20, 2.0)

  /// The picture of so many rows; of a run that has not come to its end some have no outcome yet.
  init(_ number: Int, title: String, read: Int, _ outcomes: [Outcome]) {
    self.number = number
    self.title = "\(title): \(read.counted("row")) read"
    let undecided = read - outcomes.reduce(0) { $0 + $1.count }
    let outcomes = outcomes + (undecided > 0 ? [Outcome(.undecided, "not decided yet", undecided)] : [])
    text =
      "\(read.counted("row")) read = " + outcomes.map { "\($0.count.grouped) \($0.label)" }.joined(separator: " + ")
      + "."
    var bands: [Band] = []
    // The left end of each band lies on the bar without gaps; the right ends leave room for their labels.
    var (left, right) = (Double(Self.top), Self.top)
    for outcome in outcomes where outcome.count > 0 {
      let share = Double(outcome.count) / Double(max(1, read))
      let thickness = max(Self.leastBar, share * Self.full)
      let bar = Int(thickness.rounded())
      bands.append(
        Band(
          kind: outcome.kind.rawValue, label: outcome.label, count: outcome.count.grouped,
          path: Self.band(left, share * Self.full, right, bar), y: right, height: bar,
          textY: right + max(bar, 12) / 2 + 4))
      left += share * Self.full
      right += max(bar + 4, Self.leastRow)
    }
    self.bands = bands
    readHeight = read == 0 ? 0 : Int(Self.full)
    height = max(Self.top + Int(Self.full), right) + 4
  }

  /// A band from `x` 12 to 170, drawn with one curve above and one below.
  private static func band(_ left: Double, _ thickness: Double, _ right: Int, _ bar: Int) -> String {
    func place(_ value: Double) -> String { String(format: "%.1f", value) }
    let (below, end) = (place(left + max(thickness, 0.5)), right + bar)
    return "M12 \(place(left))C90 \(place(left)) 90 \(right) 170 \(right)V\(end)C90 \(end) 90 \(below) 12 \(below)Z"
  }
}
