/// A part of the page under a heading of its own, as its template takes it.
struct PageSection {
  /// Pictures that stand side by side.
  struct Pictures {
    let title: String
    let flows: [FlowPicture]
    let stages: StagePicture?
  }

  /// Tables on one subject; a note where there is nothing, or something to do.
  struct Part {
    let title: String
    let tables: [PageTable]
    var note: String?

    /// A part of those tables that have rows.
    init(_ title: String, _ tables: [PageTable?], note: String? = nil) {
      self.title = title
      self.tables = tables.compactMap(\.self)
      self.note = note
    }
  }

  /// Unlike that of any other section of the page.
  let number: Int
  /// As the list of sections names it, and as its heading does.
  let name, title: String
  var pictures: Pictures?
  let parts: [Part]
}
