import Activities
import CRM
import Foundation
import Yams

/// A pipeline of activities as its file writes it (activities-pipelines 1).
public struct ActivityDefinition: Sendable {
  /// What it has in common with a pipeline of records; it has no objects.
  public var base: PipelineDefinition
  /// What the stages need; its sources are those that the pipeline names. The clock is the one of the file, if it names
  /// one.
  public var plan: ActivityPlan
  /// The clock of the file.
  public var clock: Moment?
  /// The describe of Salesforce's `Task`, if the sync names one.
  public var describe: String?
}

/// Whether a pipeline file is one of activities; a file that cannot be read is none, and its reader says why.
public func isActivityPipeline(_ file: String) -> Bool {
  guard let data = try? readFile(file), let node = try? readYaml(data, file: file), case .mapping(let top) = node else {
    return false
  }
  return top.contains { $0.key.string == "activities" }
}

/// Reads a pipeline of activities.
///
/// Throws a `PipelineError` with all that is wrong in the file.
public func readActivityPipeline(
  _ file: String, environment: [String: String] = ProcessInfo.processInfo.environment
) throws(PipelineError) -> ActivityDefinition {
  let node = try readYaml(try readFile(file), file: file)
  let context = ReadingContext(file: file, environment: environment)
  let keys = [
    "name", "timezone", "staging", "sources", "activities", "integration_user", "clock", "chunk_size", "max_rejects",
    "load",
  ]
  guard let top = YamlSection(node, title: "", line: 1, known: keys, context) else {
    try context.problems.throwIfAny()
    throw PipelineError(file: file, message: "is no pipeline")
  }
  let definition = ActivityReader(top: top, file: file, directory: directory(of: file)).read()
  try context.problems.throwIfAny()
  guard let definition else { throw PipelineError(file: file, message: "is no pipeline") }
  return definition
}

/// Reads the top of a pipeline of activities.
private struct ActivityReader {
  let top: YamlSection
  let file: String
  let directory: String

  private func add(_ line: Int?, _ message: String, hint: String? = nil) {
    top.context.problems.add(line, message, hint: hint)
  }

  /// Nil only with a problem in the context.
  func read() -> ActivityDefinition? {
    let reader = PipelineReader(top: top, file: file, directory: directory)
    let name = top.requiredName("name")
    reader.checkName(name)
    let (staging, load) = (reader.staging(), reader.load())
    if let mirror = load?.mirror {
      add(mirror.line, "load.postgres is for pipelines of records: activities have load files only")
    }
    if load?.formats.isEmpty == false {
      add(top.line(of: "load"), "load.formats is for pipelines of records: activities have load files only")
    }
    if top.requiredText("integration_user") == nil { return nil }
    let zone = top.zone("timezone") ?? .utc
    guard let user = reader.integrationUser(),
      let section = reader.section("activities", known: activityKeys),
      let word = section.choice("direction", ["salesforce_to_hubspot", "hubspot_to_salesforce"]),
      let direction = ActivityPlan.Direction(rawValue: word)
    else {
      if let section = top.section("activities", known: nil), !section.has("direction") {
        add(section.line, "activities needs the key direction")
      }
      return nil
    }
    let sources = reader.section("sources", known: ["hubspot", "salesforce"])
    let hubspot = sources?.section("hubspot", known: nil)
    let isImport = direction == .salesforceToHubSpot
    var base = PipelineDefinition(
      file: file, directory: directory, name: name?.text ?? "", timezone: zone, staging: staging ?? .csv(""),
      hubspotSources: SourceReader(side: .hubspot, directory: directory, further: isImport ? ["exported_at"] : [])
        .read(hubspot),
      salesforceSources: SourceReader(side: .salesforce, directory: directory)
        .read(sources?.section("salesforce", known: nil)),
      objects: [], integrationUser: user, chunkSize: reader.chunkSize(), loadFolder: load?.folder ?? "")
    base.maxRejects = top.limit("max_rejects") ?? base.maxRejects
    let clock = moment(top, "clock", zone)
    let idProperty = apiName(section, "activity_id_property") ?? "salesforce_activity_id"
    let idField = apiName(section, "external_id_field") ?? "HubSpot_Activity_Id__c"
    var plan = ActivityPlan(
      direction: direction, zone: zone, clock: clock ?? Moment(milliseconds: 0), sources: [],
      activityIDProperty: idProperty, externalIDField: idField, integrationUser: user)
    plan.statuses = statuses(section)
    let known =
      isImport
      ? ImportSources.all(activityIDProperty: idProperty, externalIDField: idField)
      : SyncSources.all(activityIDProperty: idProperty)
    plan.sources = checkSources(base, known, isImport: isImport)
    if isImport {
      readImport(section, hubspot, base, &plan)
    } else {
      readSync(section, base, &plan)
    }
    return ActivityDefinition(
      base: base, plan: plan, clock: clock, describe: base.source(.salesforce, "Task")?.metadata)
  }

  private var activityKeys: [String] {
    [
      "direction", "kinds", "activated_at", "activity_id_property", "external_id_field", "hubspot_written_subjects",
      "status_values", "updates", "unassociated", "open_tasks", "private_events", "owner_fallback",
      "call_dispositions",
    ]
  }

  /// A name that is a column, a property and a word in staged tables.
  private func apiName(_ section: YamlSection, _ key: String) -> String? {
    guard let text = section.name(key) else { return nil }
    let isPlain = text.text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    if !isPlain { add(text.line, "\(section.path(key)) is \(text.shown): letters, digits and _ are needed") }
    return isPlain ? text.text : nil
  }

  /// A datetime; without a zone it is one of the pipeline's.
  private func moment(_ section: YamlSection, _ key: String, _ zone: TimeZoneTable) -> Moment? {
    guard let text = section.name(key) else { return nil }
    let reading = Array(text.text.utf8).withUnsafeBufferPointer { Moment.read($0, zone: zone) }
    if case .moment(let moment) = reading { return moment }
    add(text.line, "\(section.path(key)) is \(text.shown): a time such as 2026-03-01T08:00:00+01:00 is needed")
    return nil
  }

  private func statuses(_ section: YamlSection) -> StatusTable {
    guard let values = section.section("status_values", known: StatusTable.hubspotNames) else { return StatusTable() }
    var renamed: [String: String] = [:]
    for key in values.keys { renamed[key] = values.name(key)?.text }
    return StatusTable(renamed: renamed)
  }

  // MARK: Sources

  /// The known sources that the pipeline names; what it names besides, or lacks, is a problem.
  private func checkSources(
    _ base: PipelineDefinition, _ known: [ActivitySource], isImport: Bool
  ) -> [ActivitySource] {
    for source in base.hubspotSources + base.salesforceSources {
      let isDescribe = !isImport && source.side == .salesforce && source.object == "Task"
      if isDescribe {
        if source.rows != nil { add(source.line, "sources.salesforce.Task takes only describe in this pipeline") }
        continue
      }
      guard !known.contains(where: { $0.side == source.side && $0.name == source.object }) else {
        if source.rows == nil, source.metadata != nil {
          add(source.line, "sources.\(source.side.name).\(source.object) needs csv or postgres")
        }
        continue
      }
      let names = known.filter { $0.side == source.side }.map(\.name)
      let hint = didYouMean(source.object, among: names)
      add(source.line, "unknown source \(source.object) in sources.\(source.side.name)", hint: hint)
    }
    let needed = isImport ? ["Task", "User", "contacts", "owners"] : ["User", "contacts", "owners"]
    for source in known where needed.contains(source.name) && base.source(source.side, source.name) == nil {
      add(top.line(of: "sources"), "the pipeline needs the source sources.\(source.side.name).\(source.name)")
    }
    return known.filter { base.source($0.side, $0.name)?.rows != nil }
  }

  // MARK: The import

  private func readImport(
    _ section: YamlSection, _ hubspot: YamlSection?, _ base: PipelineDefinition, _ plan: inout ActivityPlan
  ) {
    refuse(section, ["activated_at"])
    let kinds = section.section("kinds", known: ActivityKind.allCases.map(\.name))
    for kind in ActivityKind.allCases {
      if kinds?.section(kind.name, known: ["enabled"])?.flag("enabled") == true { plan.kinds.insert(kind) }
      guard let source = base.source(.hubspot, kind.name) else { continue }
      let options = hubspot?.section(source.object, known: nil)
      plan.exportedAt[kind] = options.flatMap { moment($0, "exported_at", plan.zone) }
    }
    for source in base.hubspotSources where ActivityKind(name: source.object) == nil {
      guard let options = hubspot?.section(source.object, known: nil), options.has("exported_at") else { continue }
      add(options.line(of: "exported_at"), "only tasks, emails, calls and meetings take exported_at")
    }
    if let patterns = section.texts("hubspot_written_subjects") {
      plan.hubspotWritten = SubjectPatterns(patterns.map(\.text))
    }
    plan.updates = section.flag("updates") ?? false
    plan.loadsUnassociated = section.choice("unassociated", ["reject", "load"]) == "load"
    plan.loadsPrivateEvents = section.choice("private_events", ["exclude", "load"]) == "load"
    readOpenTasks(section, &plan)
    if let owner = section.name("owner_fallback") {
      let isID = owner.text.allSatisfy { $0.isASCII && $0.isNumber }
      if !isID { add(owner.line, "activities.owner_fallback is \(owner.shown): a HubSpot owner id is needed") }
      plan.ownerFallback = owner.text
    }
    if let values = section.section("call_dispositions", known: nil) {
      for key in values.keys { plan.callDispositions[folded(key)] = values.name(key)?.text }
    }
  }

  private func readOpenTasks(_ section: YamlSection, _ plan: inout ActivityPlan) {
    guard let options = section.section("open_tasks", known: ["before", "then"]) else { return }
    let then = options.choice("then", ["load", "complete", "exclude"]) ?? "load"
    plan.openTasks = ActivityPlan.OpenTasks(rawValue: then) ?? .load
    if let text = options.name("before") {
      let day = Array(text.text.utf8).withUnsafeBufferPointer { parseDay($0) }
      if day == nil {
        add(text.line, "activities.open_tasks.before is \(text.shown): a day such as 2025-01-01 is needed")
      }
      plan.openTasksBefore = day.map { Moment(midnightOf: $0, in: plan.zone) }
    } else if then != "load" {
      add(
        options.line, "activities.open_tasks with `then: \(then)` needs before: from which day on tasks are left alone")
    }
  }

  // MARK: The sync

  private func readSync(_ section: YamlSection, _ base: PipelineDefinition, _ plan: inout ActivityPlan) {
    refuse(
      section,
      [
        "hubspot_written_subjects", "updates", "unassociated", "open_tasks", "private_events", "owner_fallback",
        "call_dispositions",
      ])
    if let moment = moment(section, "activated_at", plan.zone) {
      plan.activatedAt = moment
    } else if !section.has("activated_at") {
      add(section.line, "activities needs the key activated_at: the moment the activity sync was switched on")
    }
    takeAssociations(&plan)
    let kinds = section.section("kinds", known: SyncKind.allCases.map(\.name))
    for kind in SyncKind.allCases {
      let options = kinds?.section(kind.name, known: ["enabled", "task_type", "subject"])
      let isEnabled = options?.flag("enabled") ?? false
      if isEnabled, base.source(.hubspot, kind.source)?.rows == nil {
        add(
          options?.line,
          "activities.kinds.\(kind.name) is switched on, and needs the source sources.hubspot.\(kind.source)")
      }
      plan.syncKinds.append(
        SyncSettings(
          kind: kind, isEnabled: isEnabled, taskType: options?.text("task_type")?.text ?? "",
          subject: subject(options, kind)))
    }
  }

  /// Where a table of associations says which contacts engagements have, their exports need no column for it.
  private func takeAssociations(_ plan: inout ActivityPlan) {
    let spaces = plan.sources.compactMap { source -> String? in
      guard case .relations(let space, .linkedContacts) = source.role else { return nil }
      return space
    }
    for place in plan.sources.indices where plan.sources[place].isActivity {
      guard spaces.contains(plan.sources[place].idSpace), let column = plan.sources[place].find("contact_ids") else {
        continue
      }
      plan.sources[place].columns[column].isNeeded = false
    }
  }

  private func subject(_ options: YamlSection?, _ kind: SyncKind) -> SubjectPattern {
    let written = options?.name("subject")
    do throws(SubjectPattern.UnknownPlaceholder) {
      return try SubjectPattern(written?.text ?? kind.defaultSubject, of: kind)
    } catch {
      let known = error.known.map { "{\($0)}" }.joined(separator: ", ")
      add(
        written?.line, "activities.kinds.\(kind.name).subject: there is no {\(error.name)}",
        hint: "it can have \(known)")
      return SubjectPattern(literal: "")
    }
  }

  private func refuse(_ section: YamlSection, _ keys: [String]) {
    for key in keys where section.has(key) {
      add(section.line(of: key), "activities.\(key) belongs to the other direction")
    }
  }
}
