import Pipeline

/// A table of the page, as its template takes it.
struct PageTable {
  /// A column, and whether it holds numbers.
  struct Column {
    var name: String
    var isNumber = false
  }
  /// A cell; the first of a row is its heading.
  struct Cell {
    var text: String
    var isNumber: Bool
    var isHeading: Bool
    /// A sentence, which needs room.
    var isAdvice: Bool
    /// A time or a day, which is broken between its words only: not at the hyphens of a date.
    var isMoment: Bool
    var words: [Substring]
    /// Has a word, a path or a value so long that on paper it must be broken.
    var isLong: Bool

    fileprivate init(_ text: String, _ column: Column, isHeading: Bool) {
      self.text = text
      isNumber = column.isNumber
      self.isHeading = isHeading
      isAdvice = PageTable.sentences.contains(column.name)
      isMoment = PageTable.moments.contains(column.name)
      words = isMoment ? text.split(separator: " ") : []
      isLong =
        !isNumber && !isAdvice && !isMoment && text.split(whereSeparator: \.isWhitespace).contains { $0.count > 24 }
    }
  }
  /// The cells of a row.
  struct Row {
    var cells: [Cell]
  }

  /// Unlike that of any other table of the page.
  let number: Int
  let caption: String
  /// Whether it is shown only when a person unfolds it: samples are long, and the counts say what matters.
  let isFolded: Bool
  let columns: [Column]
  let rows: [Row]
  /// What the table leaves out.
  let more: String?

  fileprivate static let sentences: Set<String> = ["what to do", "what it means", "why"]
  fileprivate static let moments: Set<String> = ["time in UTC", "day", "edited in HubSpot", "edited in Salesforce"]

  /// A table, whose columns that begin with `#` hold numbers; nil if it would have no rows. At most `limit` rows are shown;
  /// `total` says how many there are.
  init?(
    _ number: inout Int, _ caption: String, _ columns: [String], _ rows: [[String]], limit: Int = 50, total: Int? = nil,
    where place: String = "", isFolded: Bool = false
  ) {
    guard !rows.isEmpty else { return nil }
    number += 1
    self.number = number
    self.caption = caption
    self.isFolded = isFolded
    let named = columns.map {
      $0.hasPrefix("#") ? Column(name: String($0.dropFirst()), isNumber: true) : Column(name: $0)
    }
    self.columns = named
    self.rows = rows.prefix(limit).map { row in
      Row(cells: zip(row, named).enumerated().map { place, cell in Cell(cell.0, cell.1, isHeading: place == 0) })
    }
    let left = (total ?? rows.count) - self.rows.count
    more = left > 0 ? "\(left.grouped) more\(place.isEmpty ? "" : " in \(place)")" : nil
  }

  /// An instant to the second, as it is shown.
  static func moment(_ text: String?) -> String { String((text ?? "").prefix(19)).replacing("T", with: " ") }
}
