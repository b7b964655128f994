import CRM
import Extract
import Normalize
import PipelineFile
import Records
import Staging

extension RunPlan {
  /// Reads a pipeline file with its mappings and metadata, and makes the plan of its runs.
  ///
  /// - Throws: `PipelineError` (exit code 2) if something in them is wrong; `StagingError` if a file cannot be read.
  public static func load(_ path: String) throws -> RunPlan {
    try PlanBuilder(try loadPipeline(path)).build()
  }
}

/// Makes the plan of a pipeline's runs from what its files say.
private struct PlanBuilder {
  private let loaded: LoadedPipeline
  private var definition: PipelineDefinition { loaded.definition }

  init(_ loaded: LoadedPipeline) { self.loaded = loaded }

  func build() throws -> RunPlan {
    let people = try PeopleReader(definition).read()
    var sources: [String: [SourceFile]] = [:]
    var histories: [String: [SourceFile]] = [:]
    var formats: [String: SourceFormats] = [:]
    var inputs: [String] = people?.files ?? []
    let plans = try loaded.objects.map { try plan($0, people?.vocabulary) }
    for (object, plan) in zip(loaded.objects, plans) {
      try refuseSharedLabels(object, plan)
      let files = try sourceFiles(object)
      sources[object.definition.name] = files
      let history = try historyFiles(object)
      histories[object.definition.name] = history
      inputs += (files + history).filter { $0.database == nil }.map(\.path)
      formats[object.definition.name] = SourceFormats(
        hubspot: format(object.hubspotSource), salesforce: object.salesforceSources.map { format($0) })
    }
    let mappings = loaded.objects.map(\.definition.mappings)
    let metadata = loaded.files.dropFirst().filter { !mappings.contains($0) }
    return RunPlan(
      definition: definition, objects: plans, sources: sources,
      histories: histories,
      formats: formats, warnings: warnings, idleMappings: idleMappings,
      pipelineDigest: try Digests.ofContents([definition.file]), mappingsDigest: try Digests.ofContents(mappings),
      metadataDigest: try Digests.ofContents(Array(metadata)), loadDirectory: definition.loadFolder, inputFiles: inputs,
      peopleTables: people?.tables ?? [])
  }

  /// What a person should know before the run.
  private var warnings: [String] {
    loaded.objects.flatMap { object in object.issues.map { warning(object, $0) } }
  }

  /// By object, the mappings with an issue.
  private var idleMappings: [String: [MappingIssue]] {
    Dictionary(
      uniqueKeysWithValues: loaded.objects.map { ($0.definition.name, $0.issues.filter { $0.status == .issue }) })
  }

  private func warning(_ object: LoadedObject, _ issue: MappingIssue) -> String {
    let place = "\(relative(object.definition.mappings)):\(issue.line ?? 1): "
    return issue.status == .issue ? "\(place)\(issue); this mapping moves no data" : place + issue.reason
  }

  /// A path as messages show it: relative to the pipeline file, where it lies below its folder or beside it.
  private func relative(_ path: String) -> String {
    SourceFinder(pipeline: definition.file, directory: definition.directory).relative(path)
  }

  // MARK: Sources

  private func sourceFiles(_ object: LoadedObject) throws -> [SourceFile] {
    let properties = object.hubspotSchema?.properties.map(\.name) ?? []
    var files = try sourceFiles(
      object.hubspotSource, number: 0, labels: object.hubspotSchema?.labels ?? [:],
      known: ["hs_object_id"] + properties + object.links.map(\.property))
    for (number, source) in object.salesforceSources.enumerated() {
      files += try sourceFiles(
        source, number: number, labels: object.salesforceObjects[number].schema?.labels ?? [:],
        known: ["Id"] + (object.salesforceObjects[number].schema?.fields.map(\.name) ?? []))
    }
    return files
  }

  /// The field histories of both sides of an object.
  private func historyFiles(_ object: LoadedObject) throws -> [SourceFile] {
    let sources = [(object.hubspotSource, 0)] + object.salesforceSources.enumerated().map { ($1, $0) }
    return try sources.flatMap { source, number in
      let name = "\(source.side.name)/\(source.object)/history"
      if let rows = source.historyRows.flatMap({ DatabaseRows($0, side: source.side, fields: [], declared: [:]) }) {
        return [
          SourceFile(
            source: name, side: source.side, object: number, database: rows, zone: source.timezone,
            dateOrder: source.dateOrder)
        ]
      }
      return try foundFiles { () throws(PipelineError) in try source.resolveHistory(pipeline: definition.file) }.map {
        path in
        SourceFile(
          source: name, side: source.side, object: number, path: path,
          displayName: relative(path), encoding: source.encoding, delimiter: source.delimiter, zone: source.timezone,
          dateOrder: source.dateOrder)
      }
    }
  }

  /// `known` are the names that the metadata have.
  private func sourceFiles(
    _ source: SourceDefinition, number: Int, labels: [String: String], known: [String]
  ) throws -> [SourceFile] {
    if let rows = source.rows.flatMap({
      DatabaseRows($0, side: source.side, fields: known, declared: source.columns)
    }) {
      return [
        SourceFile(
          source: "\(source.side.name)/\(source.object)", side: source.side, object: number, database: rows,
          zone: source.timezone, dateOrder: source.dateOrder)
      ]
    }
    return try files(of: source).map { path in
      var names = source.columns
      // A header of labels: what is declared by hand goes before what the metadata say.
      if source.labels { names.merge(labels) { declared, _ in declared } }
      return SourceFile(
        source: "\(source.side.name)/\(source.object)", side: source.side, object: number, path: path,
        displayName: relative(path), encoding: source.encoding, delimiter: source.delimiter, zone: source.timezone,
        dateOrder: source.dateOrder, columnNames: names)
    }
  }

  /// Two needed columns with one label would both be read from the one column that has it.
  private func refuseSharedLabels(_ object: LoadedObject, _ plan: ObjectPlan) throws {
    try refuseSharedLabels(
      object.hubspotSource, object.hubspotSchema?.labels ?? [:], SideTables.needed(plan, .hubspot, object: 0))
    for (number, source) in object.salesforceSources.enumerated() {
      try refuseSharedLabels(
        source, object.salesforceObjects[number].schema?.labels ?? [:],
        SideTables.needed(plan, .salesforce, object: number))
    }
  }

  private func refuseSharedLabels(
    _ source: SourceDefinition, _ labels: [String: String], _ needed: [String]
  ) throws {
    guard source.labels else { return }
    var owners: [String: String] = [:]
    for name in needed {
      let column = source.columns[name] ?? labels[name] ?? name
      if let other = owners[column], other != name {
        throw PipelineError(
          file: definition.file, line: source.line,
          message: "sources.\(source.side.name).\(source.object): \(other) and \(name) have one label, \(column)",
          hint: "name the column of each under columns, or export internal names")
      }
      owners[column] = name
    }
  }

  private func files(of source: SourceDefinition) throws -> [String] {
    try foundFiles { () throws(PipelineError) in try source.resolveFiles(pipeline: definition.file) }
  }

  /// An export that is not there, or cannot be read, is a night that failed, not a pipeline that is wrong.
  private func foundFiles<Found>(_ find: () throws(PipelineError) -> Found) throws -> Found {
    do {
      return try find()
    } catch {
      throw RunError(.failed, error.description)
    }
  }

  private func format(_ source: SourceDefinition) -> SourceFormat {
    SourceFormat(zone: source.timezone, dateOrder: source.dateOrder)
  }

  // MARK: Objects

  private func plan(_ object: LoadedObject, _ owners: OwnerVocabulary?) throws -> ObjectPlan {
    let active = object.mappings.filter { $0.rule != .dontSync }
    var plan = ObjectPlan(
      object: object.definition.name, salesforceObjects: object.definition.salesforce,
      links: object.links.map { .init(property: $0.property, object: $0.object, isWritable: $0.isWritable) },
      hubspotIDField: object.definition.hubspotIDField,
      keys: object.keys.map {
        .init(hubspot: $0.hubspot, salesforce: $0.salesforce, comparison: $0.comparison, onDuplicate: $0.onDuplicate)
      },
      mappings: active, vocabularies: try active.map { try vocabulary($0, owners, object) },
      createIn: object.definition.createIn, createAs: object.createAs, firstRun: firstRun(object.definition),
      tie: object.definition.tie, salesforceBlankClears: object.definition.salesforceBlankClears,
      integrationUser: definition.integrationUser ?? "",
      requiredFields: object.salesforceObjects.map { salesforce in
        salesforce.schema?.fields.filter(\.isRequiredOnCreate).map(\.name) ?? []
      },
      pipelineZone: definition.timezone, keepBaseline: definition.keepBaseline,
      setsMaxCreates: definition.setsMaxCreates)
    plan.echoSources = definition.echoSources
    plan.clockTolerance = Int64(definition.clockTolerance)
    plan.hasHistory = ([object.hubspotSource] + object.salesforceSources).contains {
      !$0.history.isEmpty || $0.historyRows != nil
    }
    return plan
  }

  private func firstRun(_ object: ObjectDefinition) -> ObjectPlan.FirstRun {
    switch object.firstRun {
    case nil: .newerRecord
    case .salesforce?: .salesforce
    case .hubspot?: .hubspot
    }
  }

  private func vocabulary(
    _ mapping: FieldMapping, _ owners: OwnerVocabulary?, _ object: LoadedObject
  ) throws -> Vocabulary {
    switch mapping.kind {
    case .picklist: return mapping.makePicklistVocabulary().map { .picklist($0) } ?? .none
    case .multipicklist: return mapping.makePicklistVocabulary().map { .multipicklist($0) } ?? .none
    case .owner:
      guard let owners else {
        throw PipelineError(
          file: object.definition.mappings, line: mapping.line,
          message: "the owner mapping \(mapping.property) needs the sources hubspot.owners and salesforce.User",
          hint: "add both to the pipeline, or set the mapping to dont_sync")
      }
      return .owners(owners)
    default: return .none
    }
  }
}

extension HubSpotSchema {
  /// Labels by internal name.
  fileprivate var labels: [String: String] {
    Dictionary(properties.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first })
  }
}

extension SalesforceSchema {
  /// Labels by API name.
  fileprivate var labels: [String: String] {
    Dictionary(fields.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first })
  }
}
