import CRM
import Foundation
import Yams

/// The most companies that HubSpot syncs at once (spec, requirements M13).
public let chunkLimit = 200_000

/// Reads a pipeline file, and nothing else: no mappings, no metadata, no exports (spec, interface, "A
/// pipeline").
///
/// `environment` is what `${NAME}` stands for. Throws a `PipelineError` with all that is wrong in the file.
public func readPipeline(
  _ file: String, environment: [String: String] = ProcessInfo.processInfo.environment
) throws(PipelineError) -> PipelineDefinition {
  do throws(PipelineError) {
    return try readPipeline(try readFile(file), file: file, environment: environment)
  } catch {
    guard !isFile(file), error.file == file, error.hint == nil else { throw error }
    var error = error
    error.hint = "name a pipeline file; resync init DIRECTORY writes one from a folder of exports"
    throw error
  }
}

private let topKeys = [
  "name", "timezone", "staging", "sources", "objects", "integration_user", "chunk_size", "max_rejects",
  "max_shrink",
  "max_clears", "max_creates", "echo_sources", "clock_tolerance", "keep_baseline", "load",
]

/// Reads the bytes of a pipeline file.
func readPipeline(
  _ data: Data, file: String, environment: [String: String]
) throws(PipelineError) -> PipelineDefinition {
  let node = try readYaml(data, file: file)
  try refuseActivities(node, file)
  let context = ReadingContext(file: file, environment: environment)
  guard let top = YamlSection(node, title: "", line: 1, known: topKeys, context) else {
    try context.problems.throwIfAny()
    throw PipelineError(file: file, message: "is no pipeline")
  }
  let reader = PipelineReader(top: top, file: file, directory: directory(of: file))
  let definition = reader.read()
  try context.problems.throwIfAny()
  guard let definition else { throw PipelineError(file: file, message: "is no pipeline") }
  return definition
}

/// Pipelines of activities have a reader of their own.
private func refuseActivities(_ node: Node, _ file: String) throws(PipelineError) {
  guard case .mapping(let mapping) = node else { return }
  for (key, _) in mapping where key.string == "activities" {
    throw PipelineError(
      file: file, line: key.mark?.line,
      message: "is a pipeline of activities: this command is for pipelines of records")
  }
}

/// Reads the top of a pipeline file.
struct PipelineReader {
  let top: YamlSection
  let file: String
  let directory: String

  /// Nil only with a problem in the context.
  func read() -> PipelineDefinition? {
    let name = top.requiredName("name")
    checkName(name)
    let staging = staging()
    let load = load()
    let sources = section("sources", known: ["hubspot", "salesforce"])
    let hubspot = sources?.section("hubspot", known: nil)
    let salesforce = sources?.section("salesforce", known: nil)
    var definition = PipelineDefinition(
      file: file, directory: directory, name: name?.text ?? "", timezone: top.zone("timezone") ?? .utc,
      staging: staging ?? .csv(""),
      hubspotSources: SourceReader(side: .hubspot, directory: directory).read(hubspot),
      salesforceSources: SourceReader(side: .salesforce, directory: directory).read(salesforce),
      objects: ObjectReader(directory: directory).read(section("objects", known: nil)),
      integrationUser: integrationUser(), chunkSize: chunkSize(), loadFolder: load?.folder ?? "")
    if top.has("objects"), definition.objects.isEmpty {
      add(top.line(of: "objects"), "objects names no object")
    }
    definition.loadFormats = load?.formats ?? []
    definition.mirror = load?.mirror
    checkMirror(definition)
    readBrakes(&definition)
    let declared: [Side: [String]] = [.hubspot: hubspot?.keys ?? [], .salesforce: salesforce?.keys ?? []]
    checkSources(definition, declared)
    return name == nil || staging == nil || load == nil ? nil : definition
  }

  private func readBrakes(_ definition: inout PipelineDefinition) {
    definition.maxRejects = top.limit("max_rejects") ?? definition.maxRejects
    definition.maxShrink = top.limit("max_shrink") ?? definition.maxShrink
    definition.maxClears = top.limit("max_clears") ?? definition.maxClears
    definition.maxCreates = top.limit("max_creates") ?? definition.maxCreates
    definition.setsMaxCreates = top.has("max_creates")
    definition.echoSources = top.names("echo_sources")?.map(\.text) ?? []
    definition.clockTolerance = top.integer("clock_tolerance", 0...86_400) ?? definition.clockTolerance
    definition.keepBaseline = top.integer("keep_baseline", 1...1_000_000) ?? definition.keepBaseline
  }

  func add(_ line: Int?, _ message: String, hint: String? = nil) {
    top.context.problems.add(line, message, hint: hint)
  }

  func section(_ key: String, known: [String]?) -> YamlSection? {
    if !top.has(key) { add(1, "the pipeline needs the key \(key)") }
    return top.section(key, known: known)
  }

  /// The name is a folder of the staging place.
  func checkName(_ name: YamlText?) {
    guard let name else { return }
    let isPlain = name.text.unicodeScalars.allSatisfy { $0 != "/" && $0.value >= 32 && $0.value != 127 }
    if !isPlain || name.text.hasPrefix(".") || name.text.utf8.count > 200 {
      add(
        name.line,
        "name is \(name.shown): it names a folder, so no / and no . in front, and 200 bytes at most")
    }
  }

  func staging() -> StagingPlace? {
    guard let section = section("staging", known: ["csv", "postgres"]) else { return nil }
    guard section.has("csv") != section.has("postgres") else {
      add(section.line, "staging needs one of csv and postgres")
      return nil
    }
    guard section.has("postgres") else {
      return section.name("csv").map { .csv(resolvePath($0.text, in: directory)) }
    }
    guard let database = section.section("postgres", known: ["url", "schema", "share"]),
      let url = database.requiredName("url")
    else { return nil }
    return .postgres(
      PostgresPlace(
        url: Secret(url.text), schema: database.name("schema")?.text ?? "public",
        isShared: database.flag("share") ?? false, line: database.line))
  }

  func chunkSize() -> Int {
    guard let text = top.text("chunk_size") else { return chunkLimit }
    let number = Int(text.text.filter { $0 != "_" })
    guard let number, (1...chunkLimit).contains(number) else {
      let isMore =
        number ?? 0 > chunkLimit || (number == nil && text.text.allSatisfy { $0.isASCII && $0.isNumber })
      let rule =
        isMore
        ? "a chunk, a load file or a wave never has more than 200,000 companies"
        : "a whole number from 1 to 200000 is needed"
      add(text.line, "chunk_size is \(text.shown): \(rule)")
      return chunkLimit
    }
    return number
  }

  func integrationUser() -> String? {
    guard let text = top.name("integration_user") else { return nil }
    if let id = salesforceID18(text.text) { return id }
    add(
      text.line, "integration_user is \(text.shown): that is no Salesforce id of 15 or 18 characters",
      hint: "put it in quotes")
    return nil
  }

  /// Every object that takes part needs an export of each side.
  private func checkSources(_ definition: PipelineDefinition, _ declared: [Side: [String]]) {
    for object in definition.objects where object.enabled {
      for (side, name) in [(Side.hubspot, object.name)] + object.salesforce.map({ (Side.salesforce, $0) }) {
        if let source = definition.source(side, name) {
          let isUnread = source.rows == nil && source.metadata != nil
          if isUnread { add(source.line, "sources.\(side.name).\(name) needs csv or postgres") }
        } else if let names = declared[side], !names.contains(name) {
          let nearest = nearestName(to: name, among: names).map { "the nearest one is \($0)" }
          add(
            object.line, "objects.\(object.name) needs the source sources.\(side.name).\(name)", hint: nearest
          )
        }
      }
    }
  }
}
