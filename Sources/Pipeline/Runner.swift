import CRM
import ConflictResolve
import Extract
import FileStaging
import Foundation
import Load
import Parallel
import PipelineFile
import Records
import Staging

/// Runs a pipeline: does what is left to do of a run, stage by stage and chunk by chunk.
///
/// What is done is what the run's manifest says; a piece of work is noted there when its output is visible under its name.
public final class Runner {
  let plan: RunPlan
  let options: RunOptions
  let progress: ProgressLog
  let area: any StagingArea
  let baseline: any BaselineStore
  let workers: Workers
  var manifest: RunManifest

  /// A runner for a pipeline. It takes the pipeline's lock, and opens or begins the run.
  ///
  /// - Throws: `RunError` with exit code 4 if another run holds the pipeline, 2 if the run cannot go on.
  public convenience init(
    _ plan: RunPlan, _ options: RunOptions, _ progress: ProgressLog, alone stage: Stage? = nil
  ) throws {
    try self.init(plan, options, progress, alone: stage, in: try plan.stagingArea())
  }

  /// A runner with another staging than the pipeline's.
  init(
    _ plan: RunPlan, _ options: RunOptions, _ progress: ProgressLog, alone stage: Stage? = nil, in area: any StagingArea
  ) throws {
    self.plan = plan
    self.options = options
    workers = Workers(count: options.workers)
    self.area = area
    if let name = options.run { try RunName.check(name) }
    if try !area.acquireLock() {
      guard let shared = area as? any SharedArea, stage == nil, options.isWhole else {
        throw RunError(
          .held, "another run holds the pipeline \(plan.definition.name): wait until it has ended, and try again")
      }
      try ChunkHelper(plan: plan, options: options, progress: progress, area: shared).helpUntilFree()
    }
    baseline = area.baseline
    manifest = try RunChoice(plan, options, area).choose(alone: stage)
    area.digests.reset(to: manifest.files ?? [:])
    self.progress = progress.inRun(manifest.run)
    // What a leader that died has offered is not to be worked on while this one extracts.
    try (area as? any SharedArea)?.withdraw(run: manifest.run)
    for warning in plan.warnings { self.progress.warn(warning) }
  }

  /// The name of the run.
  public var run: String { manifest.run }
  var store: any StagingStore { area.store(of: manifest.run) }
  var reports: ReportFiles {
    ReportFiles(
      manifest: manifest, plans: plan.objects, store: store, directory: loadDirectory, digests: area.digests)
  }
  /// Where the load files of the run go.
  var loadDirectory: String { "\(plan.loadDirectory)/\(manifest.run)" }
  /// The objects that are worked on: all, or the one that `--object` names.
  var chosenObjects: [ObjectPlan] { plan.objects.filter(isChosen) }
  func isChosen(_ object: ObjectPlan) -> Bool { options.object == nil || options.object == object.object }

  // MARK: A whole run

  /// Does what is left to do, and says what was done.
  ///
  /// - Throws: `RunError` with exit code 3 if a brake stopped it.
  public func runAll() throws -> RunSummary {
    let last = options.to ?? .load
    try refuseHarm(extractsAnew: options.from == .extract)
    if options.from != nil { try refuseSuperseded() }
    if let from = options.from { try forget(from) }
    if manifest.state == .loaded { return summary(nothingLeft: true) }
    // What load would refuse is better known before the exports are read.
    if last == .load && !options.dryRun {
      _ = try plan.mirror(of: manifest.run)
      try LoadFolder(path: loadDirectory).refuseOthers(than: plan.definition.name, isOwn: ownsLoadFolder)
    }
    try area.save(manifest)
    progress.tellSchedule(of: chosenObjects.filter { !isExtracted($0) }, plan)
    for object in chosenObjects where !isExtracted(object) { try extract(object) }
    warnOfUnknownChunks()
    if last >= .conflictResolve { checkResolveFlags() }
    if last >= .normalize {
      for object in chosenObjects { try passChunks(object, to: min(last, .conflictResolve)) }
    }
    guard last == .load else { return summary() }
    guard try isResolved() else { return summary() }
    try checkBrakes()
    if options.dryRun {
      try preview()
      return summary(dryRun: true)
    }
    try load()
    return summary()
  }

  /// What would spoil the record of a run that was loaded, wholly or in part, is refused before anything is touched.
  ///
  /// Its extract cannot be done again: the baseline now holds what the run itself wrote, so that its creates would seem to
  /// be made already. A dry run must leave a loaded run loaded.
  private func refuseHarm(extractsAnew: Bool) throws {
    for object in chosenObjects where try baseline.generation(of: object.object) == manifest.run {
      guard extractsAnew || !isExtracted(object) else { continue }
      throw RunError(
        .wrong,
        "the run \(manifest.run) has moved the baseline of \(object.object), so it cannot be extracted again: "
          + "begin a new run, with another name or without --run")
    }
    guard options.dryRun && options.from != nil && manifest.isPartlyLoaded else { return }
    throw RunError(
      .wrong, "the run \(manifest.run) is loaded: a dry run cannot do its stages anew; begin a new run with --dry-run")
  }

  /// What a run has staged stays as it is once a later run was loaded: it could not be loaded again.
  private func refuseSuperseded() throws {
    guard manifest.isPartlyLoaded else { return }
    for object in chosenObjects {
      guard let known = manifest.object(object.object), let current = try baseline.generation(of: object.object),
        current != manifest.run && current != known.baseGeneration
      else { continue }
      throw RunError(
        .wrong,
        "the run \(current) was loaded since \(manifest.run), whose stages cannot be done again: begin a new run, "
          + "with another name or without --run")
    }
  }

  /// A chunk that no object has may be a slip: nothing would be done, and it would look done. It is no error: a scheduler may
  /// start more jobs than a night has chunks.
  private func warnOfUnknownChunks() {
    guard let chosen = options.chunks else { return }
    let count = chosenObjects.reduce(0) { max($0, manifest.object($1.object)?.chunks ?? 0) }
    guard let unknown = chosen.unknown(among: count) else { return }
    let known = count == 0 ? "no chunks" : count == 1 ? "chunk 0 only" : "chunks 0 to \(count - 1)"
    progress.warn("--chunks \(unknown): the run \(manifest.run) has \(known)")
  }

  private func isExtracted(_ object: ObjectPlan) -> Bool {
    guard let known = manifest.object(object.object) else { return false }
    return (0..<known.chunks).allSatisfy { manifest.isDone(.extract, object.object, $0) }
  }

  /// Before stages are done anew, what they and later ones did does not count any more.
  private func forget(_ stage: Stage) throws {
    for object in chosenObjects {
      for chunk in 0..<(manifest.object(object.object)?.chunks ?? 0) where isSelected(chunk) {
        manifest.forget(stage, object.object, chunk)
      }
    }
    if manifest.state == .loaded { manifest.state = .running }
    try area.save(manifest)
  }

  func isSelected(_ chunk: Int) -> Bool { options.chunks?.contains(chunk) ?? true }

  // MARK: Extract

  /// Creates that other flags hold back, or make, mean that the chunks are resolved anew; loaded chunks stay as they are.
  private func checkResolveFlags() {
    let flags = options.resolveFlags
    guard manifest.resolvedWith != flags, !manifest.isPartlyLoaded else { return }
    manifest.forget(.conflictResolve)
    manifest.resolvedWith = flags
  }

  private func extract(_ object: ObjectPlan) throws {
    let start = ContinuousClock.now
    progress.beginReading(object.object, bytes: plan.schedule(of: object).bytes)
    // What later stages made of an older extract has nothing to do with this one.
    for stage in Stage.extract.later { try store.clear(stage, object: object.object) }
    let scratch = "\(area.folder(of: manifest.run))/scratch"
    try? FileManager.default.removeItem(atPath: scratch)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let limit = plan.definition.maxRejects
    let extractor = Extractor(
      object, store: store, baseline: baseline, workers: workers, chunkSize: plan.definition.chunkSize,
      scratch: scratch,
      maxRejects: { limit.allowed(of: $0) })
    let result: Extractor.Result
    do {
      result = try extractor.run(
        plan.sources[object.object] ?? [], histories: plan.histories[object.object] ?? [])
    } catch let error as SourceError {
      throw RunError(.failed, error.description)
    }
    guard try plan.inputsDigest() == manifest.inputsDigest else {
      throw RunError(
        .failed, "an input file has changed while it was read: wait until the exports are whole, and run again")
    }
    try note(object, result, seconds: (ContinuousClock.now - start).inSeconds)
    try area.save(manifest)
    progress.finished(
      .extract, object.object, chunk: nil, of: result.object.chunks, rows: result.rowsInChunks.reduce(0, +),
      seconds: (ContinuousClock.now - start).inSeconds)
  }

  private func note(_ object: ObjectPlan, _ result: Extractor.Result, seconds: Double) throws {
    var found = result.object
    found.baseGeneration = try baseline.generation(of: object.object)
    manifest.objects.removeAll { $0.object == object.object }
    manifest.objects.append(found)
    manifest.chunks.removeAll { $0.object == object.object }
    let names = Set(result.inputs.map(\.source))
    manifest.inputs.removeAll { names.contains($0.source) }
    manifest.inputs += result.inputs
    for chunk in 0..<found.chunks {
      manifest.note(
        .init(
          object: object.object, chunk: chunk, stage: .extract, rowsIn: result.rowsInChunks[chunk],
          rowsOut: result.rowsInChunks[chunk], seconds: seconds / Double(found.chunks)))
    }
  }

  // MARK: Normalize, map, conflict-resolve

  private func passChunks(_ object: ObjectPlan, to last: Stage) throws {
    if let shared = area as? any SharedArea, options.chunks == nil {
      let work = ChunkWork(plan: plan, options: options, store: store, workers: workers, progress: progress)
      return try ChunkLeader(area: shared, object: object, last: last, work: work).passAll(&manifest)
    }
    let count = manifest.object(object.object)?.chunks ?? 0
    let background = BackgroundCommits(workers)
    let stages = [Stage.normalize, .map, .conflictResolve].filter { $0 <= last }
    let left = (0..<count).filter { chunk in
      isSelected(chunk) && stages.contains { !manifest.isDone($0, object.object, chunk) }
    }
    progress.begin(last, object.object, left, of: manifest)
    for chunk in left {
      guard let first = stages.first(where: { !manifest.isDone($0, object.object, chunk) }) else { continue }
      try pass(object, chunk, of: count, from: first, to: last, background)
    }
    try background.finish()
    try noteCommitted(background)
    try area.save(manifest)
  }

  /// Takes one chunk through some stages. Its files are synced in the background, while the next chunk is worked on; the
  /// manifest notes a chunk only when all its files are there.
  private func pass(
    _ object: ObjectPlan, _ chunk: Int, of count: Int, from first: Stage, to last: Stage,
    _ background: BackgroundCommits
  ) throws {
    let work = ChunkWork(plan: plan, options: options, store: store, workers: workers, progress: progress)
    let (pending, done) = try work.pass(object, chunk, from: first, to: last, manifest)
    try background.commit(pending, done)
    try noteCommitted(background)
  }

  private func noteCommitted(_ background: BackgroundCommits) throws {
    let done = background.takeDone()
    guard !done.isEmpty else { return }
    for item in done { manifest.note(item) }
    try area.saveInTime(manifest)
  }

  private func isResolved() throws -> Bool {
    plan.objects.allSatisfy { object in
      guard let known = manifest.object(object.object) else { return false }
      return (0..<known.chunks).allSatisfy { manifest.isDone(.conflictResolve, object.object, $0) }
    }
  }

  // MARK: One stage alone

  /// Does one stage of the chosen chunks anew, on what the stage before it left.
  public func runStage(_ stage: Stage) throws -> RunSummary {
    if stage == .extract { try refuseHarm(extractsAnew: true) }
    try refuseSuperseded()
    if stage != .extract { warnOfUnknownChunks() }
    if stage == .conflictResolve { checkResolveFlags() }
    try area.save(manifest)
    for object in chosenObjects {
      switch stage {
      case .extract: try extract(object)
      case .load: break
      default:
        guard let known = manifest.object(object.object) else {
          throw RunError(.failed, "the run \(manifest.run) has not extracted \(object.object): run extract first")
        }
        try runAlone(stage, object, known.chunks)
      }
    }
    if stage == .load {
      guard try isResolved() else {
        throw RunError(.failed, "not all chunks of \(manifest.run) are resolved: run conflict-resolve first")
      }
      try checkBrakes()
      for object in chosenObjects {
        for chunk in 0..<(manifest.object(object.object)?.chunks ?? 0) where isSelected(chunk) {
          manifest.forget(.load, object.object, chunk)
        }
      }
      try load()
    }
    return summary()
  }

  private func runAlone(_ stage: Stage, _ object: ObjectPlan, _ count: Int) throws {
    let chosen = (0..<count).filter(isSelected)
    let before = Stage.allCases[stage.order - 1]
    if let missing = chosen.first(where: { !manifest.isDone(before, object.object, $0) }) {
      throw RunError(
        .failed, "the \(before.rawValue) stage has not done chunk \(missing) of \(object.object): run it first")
    }
    // Before anything is done anew it is noted that what the stage and later ones did does not count any more.
    for chunk in chosen { manifest.forget(stage, object.object, chunk) }
    if !chosen.isEmpty && manifest.state == .loaded { manifest.state = .running }
    try area.save(manifest)
    progress.begin(stage, object.object, chosen, of: manifest)
    let background = BackgroundCommits(workers)
    for chunk in chosen { try pass(object, chunk, of: count, from: stage, to: stage, background) }
    try background.finish()
    try noteCommitted(background)
    try area.save(manifest)
  }

  // MARK: Summary

  private func summary(nothingLeft: Bool = false, dryRun: Bool = false) -> RunSummary {
    RunSummary(
      pipeline: plan.definition.file, manifest: manifest, plans: plan.objects, idleMappings: plan.idleMappings,
      loadDirectory: loadDirectory, previewDirectory: dryRun ? previewDirectory : nil, nothingLeft: nothingLeft)
  }
}
