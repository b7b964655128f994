import Activities
import CRM
import Extract
import FileStaging
import Foundation
import Load
import Map
import Parallel
import PipelineFile
import Records
import Staging

/// Runs a pipeline of activities: does what is left to do of a run, stage by stage, chunks beside each other.
///
/// It keeps the lock, the runs and the manifest as `Runner` does. In place of a baseline there is a ledger of what was
/// loaded.
public final class ActivityRunner {
  private let base: RunPlan
  private let plan: ActivityPlan
  private let files: [String: [SourceFile]]
  private let options: RunOptions
  private let progress: ProgressLog
  private let area: any StagingArea
  private let ledger: any ActivityLedger
  private let workers: Workers
  private let manifest: ActivityManifest
  private var store: any StagingStore { area.store(of: manifest.run) }
  private var loadDirectory: String { "\(base.loadDirectory)/\(manifest.run)" }
  private var previewDirectory: String { "\(area.folder(of: manifest.run))/preview" }

  /// A runner for a pipeline. It takes the pipeline's lock, and opens or begins the run.
  ///
  /// - Throws: `RunError` with exit code 4 if another run holds the pipeline, 2 if the run cannot go on.
  public init(_ plan: ActivityRunPlan, _ options: RunOptions, _ progress: ProgressLog, alone stage: Stage? = nil) throws
  {
    base = plan.base
    files = plan.files
    self.options = options
    workers = Workers(count: options.workers)
    if let name = options.run { try RunName.check(name) }
    area = try base.stagingArea()
    guard try area.acquireLock() else {
      throw RunError(
        .held, "another run holds the pipeline \(base.definition.name): wait until it has ended, and try again")
    }
    ledger = area.ledger
    var chosen = try RunChoice(base, options, area).choose(alone: stage)
    try Self.refuseForgotten(chosen, ledger)
    area.digests.reset(to: chosen.files ?? [:])
    let clock = plan.clock ?? chosen.activities.flatMap { Self.moment($0.clock) } ?? Self.now()
    if chosen.activities == nil { chosen.activities = ActivityRun(clock: Self.text(clock)) }
    chosen.activities?.clock = Self.text(clock)
    manifest = ActivityManifest(chosen, in: area)
    self.progress = progress.inRun(chosen.run)
    var activities = plan.activities
    activities.clock = clock
    self.plan = activities
    for warning in base.warnings { progress.warn(warning) }
  }

  /// A run whose staging was pruned is still in the ledger. Begun anew under its name it would not heed its own rows, and
  /// create everything a second time.
  private static func refuseForgotten(_ manifest: RunManifest, _ ledger: any ActivityLedger) throws {
    guard manifest.objects.isEmpty, try ledger.hasRows(of: manifest.run) else { return }
    throw RunError(
      .wrong,
      "the ledger knows a run \(manifest.run) that has loaded activities, and its staging is gone: take another name, or, "
        + "if nothing of it was sent, take it out first with `resync load PIPELINE --run \(manifest.run) --forget`")
  }

  private static func now() -> Moment { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
  private static func moment(_ text: String) -> Moment? { Array(text.utf8).withUnsafeBufferPointer { Moment($0) } }
  private static func text(_ moment: Moment) -> String {
    var out = ByteBuffer(capacity: 32)
    out.append(moment)
    return out.bytes.text
  }

  // MARK: A whole run

  /// Does what is left to do, and says what was done.
  ///
  /// - Throws: `RunError` with exit code 3 if a brake stopped it.
  public func runAll() throws -> ActivitySummary {
    let last = options.to ?? .load
    try refuseHarm(from: options.from)
    if let from = options.from { try forget(from) }
    if manifest.manifest.state == .loaded { return summary(nothingLeft: true) }
    if last == .load && !options.dryRun {
      try LoadFolder(path: loadDirectory).refuseOthers(than: base.definition.name, isOwn: true)
    }
    try manifest.change { _ in }
    if !manifest.isDone(.extract) { try extract() }
    if last >= .normalize { try pass(to: min(last, .conflictResolve)) }
    guard last == .load, manifest.isDone(.conflictResolve) else { return summary() }
    try checkBrakes()
    if options.dryRun {
      try preview()
      return summary(dryRun: true)
    }
    try load()
    return summary()
  }

  /// Chunks that are loaded may be on their way to the other side: what they hold must not become something else.
  private func refuseHarm(from stage: Stage?) throws {
    guard manifest.manifest.isPartlyLoaded, let stage else { return }
    if options.dryRun {
      throw RunError(
        .wrong, "the run \(manifest.run) is loaded: a dry run cannot do its stages anew; begin a new run with --dry-run"
      )
    }
    guard stage == .extract, try ledgerState() != manifest.manifest.activities?.ledgerState else { return }
    throw RunError(
      .wrong,
      "the run \(manifest.run) is loaded, and other runs have loaded since: "
        + "begin a new run, with another name or without --run")
  }

  /// Before stages are done anew, what they and later ones did does not count any more.
  private func forget(_ stage: Stage) throws {
    try manifest.change { known in
      for chunk in 0..<(known.object(ActivityRunPlan.object)?.chunks ?? 0) where isSelected(chunk) {
        known.forget(stage, ActivityRunPlan.object, chunk)
      }
      if stage <= .normalize { known.activities?.hasLookups = false }
      if known.state == .loaded { known.state = .running }
    }
  }

  private func isSelected(_ chunk: Int) -> Bool { options.chunks?.contains(chunk) ?? true }
  private func ledgerState() throws -> String { try Digests.ofText(try ledger.state(except: manifest.run)) }

  // MARK: Extract

  private func extract() throws {
    let start = ContinuousClock.now
    // What later stages made of an older extract has nothing to do with this one.
    for source in plan.sources {
      for stage in Stage.extract.later { try store.clear(stage, object: source.name) }
    }
    let scratch = "\(area.folder(of: manifest.run))/scratch"
    try? FileManager.default.removeItem(atPath: scratch)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let limit = base.definition.maxRejects
    let extractor = ActivityExtractor(
      plan, store: store, ledger: ledger, workers: workers, chunkSize: base.definition.chunkSize, scratch: scratch,
      maxRejects: { limit.allowed(of: $0) })
    let state = try ledgerState()
    let result: ActivityExtractor.Result
    do {
      result = try extractor.run(files, run: manifest.run)
    } catch let error as SourceError {
      throw RunError(.failed, error.description)
    }
    guard try base.inputsDigest() == manifest.manifest.inputsDigest else {
      throw RunError(
        .failed, "an input file has changed while it was read: wait until the exports are whole, and run again")
    }
    let seconds = (ContinuousClock.now - start).inSeconds
    try manifest.change { note(result, state, seconds, in: &$0) }
    progress.finished(
      .extract, ActivityRunPlan.object, chunk: nil, of: result.chunks, rows: result.rowsInChunks.reduce(0, +),
      seconds: seconds)
  }

  private func note(
    _ result: ActivityExtractor.Result, _ state: String, _ seconds: Double, in known: inout RunManifest
  ) {
    var object = RunManifest.ObjectRun(object: ActivityRunPlan.object, chunks: result.chunks, isFirstNight: false)
    known.activities?.sources = [:]
    for source in plan.sources {
      let (read, rejected) = (result.read[source.name] ?? 0, result.rejected[source.name] ?? 0)
      known.activities?.sources[source.name] = source.staged(read: read, rejected: rejected)
      guard source.isActivity else { continue }
      if plan.isImport {
        object.salesforce.read += read
        object.salesforce.rejected += rejected
      } else {
        object.hubspot.read += read
        object.hubspot.rejected += rejected
      }
    }
    known.activities?.ledgerState = state
    known.activities?.unusable = result.unusable
    known.activities?.hasLookups = false
    known.objects = [object]
    known.inputs = result.inputs
    known.chunks = []
    for chunk in 0..<result.chunks {
      known.note(
        .init(
          object: ActivityRunPlan.object, chunk: chunk, stage: .extract, rowsIn: result.rowsInChunks[chunk],
          rowsOut: result.rowsInChunks[chunk], seconds: seconds / Double(result.chunks)))
    }
  }

  // MARK: Normalize, map, conflict-resolve

  /// By source, the names of its files as messages show them.
  private var fileNames: [String: [String]] {
    var names: [String: [String]] = [:]
    for input in manifest.manifest.inputs {
      names[String(input.source.split(separator: "/").last ?? ""), default: []].append(input.path)
    }
    return names
  }

  private func normalizeLookups() throws {
    try LookupPass(plan: plan, files: files, names: fileNames, store: store).run(workers)
    try manifest.change { $0.activities?.hasLookups = true }
  }

  /// Does what the stages up to `last` have left undone of the chosen chunks.
  private func pass(to last: Stage) throws {
    let stages = [Stage.normalize, .map, .conflictResolve].filter { $0 <= last }
    let work = (0..<manifest.chunks).filter(isSelected).compactMap { chunk in
      stages.first { !manifest.isDone($0, chunk) }.map { (chunk, $0) }
    }
    if manifest.manifest.activities?.hasLookups != true { try normalizeLookups() }
    try pass(work, to: last)
  }

  private func pass(_ work: [(chunk: Int, first: Stage)], to last: Stage) throws {
    guard !work.isEmpty else { return }
    let lookups = try last > .normalize ? LookupReader(plan, store: store).read() : .none
    if last > .normalize { try checkPeople(lookups) }
    let pass = ActivityPass(plan: plan, files: files, names: fileNames, store: store, lookups: lookups)
    let (manifest, progress, count) = (self.manifest, progress, self.manifest.chunks)
    try workers.forEach(work.count) { _, place in
      let (chunk, first) = work[place]
      let start = ContinuousClock.now
      let result = try pass.run(chunk, from: first, to: last)
      let seconds = (ContinuousClock.now - start).inSeconds
      let stages = [Stage.normalize, .map, .conflictResolve].filter { $0 >= first && $0 <= last }
      try manifest.change { known in
        for stage in stages {
          var done = RunManifest.ChunkRun(
            object: ActivityRunPlan.object, chunk: chunk, stage: stage, rowsIn: result.rows, rowsOut: result.rows,
            seconds: seconds / Double(stages.count))
          if stage == .conflictResolve { done.activities = result.counts }
          known.note(done)
        }
        if known.state == .loaded { known.state = .running }
      }
      progress.finished(
        last, ActivityRunPlan.object, chunk: chunk, of: count, rows: result.rows, seconds: seconds)
    }
  }

  /// Whom the pipeline names must be there (activities-pipelines 1).
  private func checkPeople(_ lookups: ActivityLookups) throws {
    if !plan.isImport, !lookups.activeUsers.contains(plan.integrationUser) {
      throw RunError(
        .wrong,
        "integration_user \(plan.integrationUser) is no active user of the User export: "
          + "name one, tasks without another owner are assigned to it")
    }
    if let owner = plan.ownerFallback, !lookups.presentOwners.contains(owner) {
      throw RunError(
        .wrong, "activities.owner_fallback \(owner) is not in the owners export, or archived: name an owner that is")
    }
  }

  // MARK: Brakes and reports

  private func checkBrakes() throws {
    let known = manifest.manifest
    try checkBalance()
    let limit = base.definition.maxRejects
    let stops = zip(known.inputs, known.activities?.unusable ?? []).compactMap { input, unusable -> String? in
      guard limit.isExceeded(by: unusable, of: input.rows) else { return nil }
      return "max_rejects: \(unusable) of \(input.rows) rows of \(input.path) could not be read; "
        + "look at rejects.csv, mend the export, or raise max_rejects in the pipeline"
    }
    try manifest.change { $0.state = stops.isEmpty ? .running : .stopped }
    guard !stops.isEmpty else { return }
    try preview()
    throw RunError(
      .braked, messages: stops + ["nothing was loaded; what the run would do is in \(previewDirectory)"])
  }

  private func checkBalance() throws {
    let imbalances = try ActivityAccounting(manifest.manifest, plan).imbalances + area.imbalances(of: manifest.run)
    guard imbalances.isEmpty else { throw RunError(.failed, messages: imbalances) }
  }

  private func preview() throws {
    try refuseLinks(below: area.folder(of: manifest.run), "preview")
    try ActivityReportFiles(manifest: manifest.manifest, plan: plan, store: store, directory: previewDirectory).write()
  }

  // MARK: Load

  private func load() throws {
    let work = (0..<self.manifest.chunks).filter { isSelected($0) && !self.manifest.isDone(.load, $0) }
    try checkLedger(before: work)
    let folder = LoadFolder(path: loadDirectory, digests: area.digests)
    // Whether an earlier run of the name stands in the way, the ledger has told.
    try folder.claim(by: base.definition.name, isOwn: true)
    if !self.manifest.manifest.isPartlyLoaded { try folder.removeLoadFiles() }
    let (plan, store, ledger, manifest, progress) = (plan, store, ledger, self.manifest, progress)
    let (run, count) = (manifest.run, manifest.chunks)
    try workers.forEach(work.count) { _, place in
      let chunk = work[place]
      let start = ContinuousClock.now
      let written =
        plan.isImport
        ? try ImportLoader(plan, store: store, files: folder, ledger: ledger).run(chunk: chunk, run: run)
        : try SyncLoader(plan, store: store, files: folder, ledger: ledger).run(chunk: chunk, run: run)
      let seconds = (ContinuousClock.now - start).inSeconds
      try manifest.change {
        $0.note(
          .init(
            object: ActivityRunPlan.object, chunk: chunk, stage: .load, rowsIn: written, rowsOut: written,
            seconds: seconds))
      }
      progress.finished(.load, ActivityRunPlan.object, chunk: chunk, of: count, rows: written, seconds: seconds)
    }
    guard manifest.isDone(.load) else { return }
    try checkBalance()
    try ActivityReportFiles(
      manifest: manifest.manifest, plan: plan, store: store, directory: loadDirectory, digests: area.digests
    ).write()
    try manifest.change { $0.state = .loaded }
  }

  /// What is loaded for the first time, or was given back since, must find the ledger as extract did: another run may have
  /// loaded the same activities meanwhile.
  private func checkLedger(before chunks: [Int]) throws {
    let known = manifest.manifest.activities
    let mine = try ledger.runs().first { $0.name == manifest.run }?.chunks ?? []
    let isRepeated = known?.hasGivenBack != true && chunks.allSatisfy { mine.contains($0) }
    guard !isRepeated, try ledgerState() != known?.ledgerState else { return }
    throw RunError(
      .wrong,
      "what other runs have loaded has changed since \(manifest.run) read the ledger: begin a new run, "
        + "with another name or without --run; this one might create activities a second time")
  }

  // MARK: One stage alone

  /// Does one stage of the chosen chunks anew, on what the stage before it left.
  ///
  /// - Throws: `RunError` with exit code 1 if the stage before has not done its work.
  public func runStage(_ stage: Stage) throws -> ActivitySummary {
    try refuseHarm(from: stage == .load ? nil : stage)
    try manifest.change { _ in }
    switch stage {
    case .extract: try extract()
    case .load: try loadAlone()
    default: try passAlone(stage)
    }
    return summary()
  }

  private func passAlone(_ stage: Stage) throws {
    guard manifest.chunks > 0 else {
      throw RunError(.failed, "the run \(manifest.run) has not extracted anything: run extract first")
    }
    let before = Stage.allCases[stage.order - 1]
    let work = (0..<manifest.chunks).filter(isSelected)
    if let open = work.first(where: { !manifest.isDone(before, $0) }) {
      throw RunError(.failed, "the \(before.rawValue) stage has not done chunk \(open): run it first")
    }
    // The sources that are looked up go with the first chunk.
    let hasLookups = manifest.manifest.activities?.hasLookups == true
    if stage == .normalize, !hasLookups || work.contains(0) { try normalizeLookups() }
    try manifest.change { known in
      for chunk in work { known.forget(stage, ActivityRunPlan.object, chunk) }
      if known.state == .loaded { known.state = .running }
    }
    try pass(work.map { ($0, stage) }, to: stage)
  }

  private func loadAlone() throws {
    guard manifest.isDone(.conflictResolve) else {
      throw RunError(.failed, "not all chunks of \(manifest.run) are resolved: run conflict-resolve first")
    }
    try checkBrakes()
    try forget(.load)
    try load()
  }

  // MARK: Summary

  private func summary(nothingLeft: Bool = false, dryRun: Bool = false) -> ActivitySummary {
    ActivitySummary(
      pipeline: base.definition.file, manifest: manifest.manifest, plan: plan, loadDirectory: loadDirectory,
      previewDirectory: dryRun ? previewDirectory : nil, nothingLeft: nothingLeft)
  }
}
