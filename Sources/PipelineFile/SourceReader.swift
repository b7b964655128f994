import CRM

/// The encodings that a source can declare, by the names that people write.
private let encodings = [
  "utf-8": nil, "utf8": nil, "us-ascii": nil, "ascii": nil,
  "utf-16": "utf-16", "utf16": "utf-16", "utf-16le": "utf-16le", "utf-16be": "utf-16be",
  "windows-1252": "windows-1252", "cp1252": "windows-1252",
  "iso-8859-1": "iso-8859-1", "latin1": "iso-8859-1", "latin-1": "iso-8859-1", "iso-8859-15": "iso-8859-15",
]

/// The delimiters that a source can declare, as such and by their Salesforce names.
private let delimiters: [String: UInt8] = [
  ",": 44, "comma": 44, ";": 59, "semicolon": 59, "\t": 9, "\\t": 9, "tab": 9, "|": 124, "pipe": 124,
  "^": 94, "caret": 94, "`": 96, "backquote": 96,
]

/// Reads the `sources` of one side.
struct SourceReader {
  let side: Side
  let directory: String
  /// Options that only sources of activity pipelines have.
  var further: [String] = []

  /// The options of a source; the metadata go by another name on each side.
  private var known: [String] {
    [
      "csv", "postgres", "encoding", "delimiter", "date_order", "timezone", "labels", "columns", "history",
      side == .hubspot ? "properties" : "describe",
    ] + further
  }

  /// The sources in the order of the file; problems go to the context.
  func read(_ section: YamlSection?) -> [SourceDefinition] {
    section?.keys.compactMap { object in
      section?.section(object, known: known).map { read($0, object) }
    } ?? []
  }

  private func read(_ section: YamlSection, _ object: String) -> SourceDefinition {
    var source = SourceDefinition(side: side, object: object, line: section.line)
    source.rows = rows(section)
    source.encoding = encoding(section)
    source.delimiter = delimiter(section) ?? source.delimiter
    source.dateOrder = section.choice("date_order", ["mdy", "dmy"]).flatMap { DateOrder(rawValue: $0) }
    source.timezone = section.zone("timezone") ?? .utc
    source.labels = section.flag("labels") ?? false
    let columns = section.section("columns", known: nil)
    for property in columns?.keys ?? [] { source.columns[property] = columns?.name(property)?.text }
    source.metadata = section.name(side == .hubspot ? "properties" : "describe").map { path($0) }
    if section.isSection("history") {
      let history = section.section("history", known: ["postgres"])
      source.historyRows = history.flatMap(database)
    } else {
      source.history = section.names("history")?.map { path($0) } ?? []
    }
    if source.labels, source.metadata == nil {
      let key = side == .hubspot ? "properties" : "describe"
      section.context.problems.add(
        section.line(of: "labels"), "\(section.title).labels needs \(key), which knows the labels")
    }
    return source
  }

  private func rows(_ section: YamlSection) -> SourceRows? {
    if section.has("csv"), section.has("postgres") {
      section.context.problems.add(section.line, "\(section.title) has both csv and postgres: one is needed")
    }
    if section.has("postgres") { return database(section) }
    guard section.has("csv") else {
      // A source may be there for its metadata alone.
      if !section.has("properties"), !section.has("describe") {
        section.context.problems.add(section.line, "\(section.title) needs csv or postgres")
      }
      return nil
    }
    let paths = section.names("csv") ?? []
    if paths.isEmpty {
      section.context.problems.add(section.line(of: "csv"), "\(section.title).csv names no file")
    }
    return .csv(paths.map { path($0) })
  }

  private func database(_ section: YamlSection) -> SourceRows? {
    if !section.has("postgres") {
      section.context.problems.add(section.line, "\(section.title) needs the key postgres")
    }
    guard let database = section.section("postgres", known: ["url", "table", "query"]),
      let url = database.requiredName("url")
    else { return nil }
    let table = database.name("table")
    let query = database.name("query")
    if (table == nil) == (query == nil) {
      section.context.problems.add(database.line, "\(database.title) needs one of table and query")
    }
    return .postgres(url: Secret(url.text), table: table?.text, query: query?.text, line: database.line)
  }

  private func encoding(_ section: YamlSection) -> String? {
    guard let text = section.name("encoding") else { return nil }
    if let encoding = encodings[text.text.lowercased()] { return encoding }
    section.context.problems.add(
      text.line, "\(section.path("encoding")) is \(text.shown): that encoding is not known",
      hint: "use utf-8, utf-16, windows-1252 or iso-8859-1")
    return nil
  }

  private func delimiter(_ section: YamlSection) -> UInt8? {
    guard let text = section.text("delimiter") else { return nil }
    if let delimiter = delimiters[text.text.lowercased()] { return delimiter }
    section.context.problems.add(
      text.line, "\(section.path("delimiter")) is \(text.shown): it must be one of , ; tab | ^ `")
    return nil
  }

  private func path(_ text: YamlText) -> String { resolvePath(text.text, in: directory) }
}
