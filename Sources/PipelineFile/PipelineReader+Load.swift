import CRM

/// Where a pipeline puts what is to be loaded.
struct LoadPlace {
  var folder: String
  var formats: Set<LoadFormat>
  var mirror: MirrorPlace?
}

extension PipelineReader {
  /// Reads `load` (spec, interface, "A pipeline"): a folder, and what goes with it.
  func load() -> LoadPlace? {
    guard let section = section("load", known: ["files", "postgres", "formats"]) else { return nil }
    let formats = loadFormats(section)
    guard section.has("files") else {
      add(
        section.line, "load needs the key files, the folder of load files and reports",
        hint: section.has("postgres") ? "postgres is written beside it" : nil)
      return nil
    }
    let mirror = mirror(section)
    return section.name("files").map {
      LoadPlace(folder: resolvePath($0.text, in: directory), formats: formats, mirror: mirror)
    }
  }

  /// What is written beside the load files; needs a folder of them.
  private func loadFormats(_ section: YamlSection) -> Set<LoadFormat> {
    let names = section.choices("formats", LoadFormat.allCases.map(\.rawValue)) ?? []
    return Set(names.compactMap { LoadFormat(rawValue: $0) })
  }

  private func mirror(_ section: YamlSection) -> MirrorPlace? {
    guard section.has("postgres"),
      let database = section.section("postgres", known: ["url", "schema", "ledger", "tables"]),
      let url = database.requiredName("url")
    else { return nil }
    let tables = database.has("tables") ? database.section("tables", known: nil) : nil
    return MirrorPlace(
      url: Secret(url.text), schema: database.name("schema")?.text ?? "public", ledger: database.name("ledger")?.text,
      tables: tables.map(tableNames), line: database.line)
  }

  private func tableNames(_ section: YamlSection) -> [String: MirrorTableNames] {
    var tables: [String: MirrorTableNames] = [:]
    for object in section.keys {
      guard let table = section.section(object, known: ["table", "columns"]) else { continue }
      let columns = table.section("columns", known: nil)
      var names: [String: String] = [:]
      for field in columns?.keys ?? [] { names[field] = columns?.name(field)?.text }
      tables[object] = MirrorTableNames(table: table.name("table")?.text, columns: names)
    }
    return tables
  }

  /// A table of an object that the pipeline does not have would never be written.
  func checkMirror(_ definition: PipelineDefinition) {
    guard let mirror = definition.mirror else { return }
    let objects = definition.objects.flatMap { [$0.name] + $0.salesforce }
    for name in (mirror.tables ?? [:]).keys.sorted() where !objects.contains(name) {
      add(
        mirror.line, "load.postgres.tables.\(name): the pipeline has no such object",
        hint: didYouMean(name, among: objects))
    }
  }
}
