import CRM
import ConflictResolve
import Extract
import Foundation
import Parallel
import Records
import Staging

/// What it takes to bring one chunk through the stages between extract and load, for whoever has it.
struct ChunkWork {
  let plan: RunPlan
  let options: RunOptions
  let store: any StagingStore
  let workers: Workers
  let progress: ProgressLog

  /// The first of the stages up to `last` that a chunk has not behind it; nil if there is none.
  static func first(of object: ObjectPlan, _ chunk: Int, to last: Stage, _ manifest: RunManifest) -> Stage? {
    [Stage.normalize, .map, .conflictResolve].first { $0 <= last && !manifest.isDone($0, object.object, chunk) }
  }

  /// The tables that are to be committed, and what is to be noted when they are.
  func pass(
    _ object: ObjectPlan, _ chunk: Int, from first: Stage, to last: Stage, _ manifest: RunManifest
  ) throws -> (tables: PendingTables, notes: [RunManifest.ChunkRun]) {
    let start = ContinuousClock.now
    let chunkPass = ChunkPass(
      plan: object, formats: plan.formats[object.object] ?? .utc, store: store, workers: workers,
      context: context(object, manifest))
    var pending: [any TableWriter] = []
    let result = try chunkPass.run(chunk, from: first, to: last) { pending = $0 }
    let done = [Stage.normalize, .map, .conflictResolve].filter { $0 >= first && $0 <= last }.map { stage in
      RunManifest.ChunkRun(
        object: object.object, chunk: chunk, stage: stage, rowsIn: result.rows, rowsOut: result.rows,
        seconds: result.seconds[stage] ?? 0, counts: stage == .conflictResolve ? result.counts : nil)
    }
    progress.finished(
      last, object.object, chunk: chunk, of: manifest.object(object.object)?.chunks ?? 0, rows: result.rows,
      seconds: (ContinuousClock.now - start).inSeconds)
    return (PendingTables(pending), done)
  }

  /// The same, with the tables committed.
  func passNow(
    _ object: ObjectPlan, _ chunk: Int, from first: Stage, to last: Stage, _ manifest: RunManifest
  ) throws -> [RunManifest.ChunkRun] {
    let (tables, notes) = try pass(object, chunk, from: first, to: last, manifest)
    try tables.commit(workers)
    return notes
  }

  private func context(_ object: ObjectPlan, _ manifest: RunManifest) -> ResolveContext {
    func files(_ prefix: String) -> [String] {
      (plan.sources[object.object] ?? []).filter { $0.source.hasPrefix(prefix) }.flatMap { source in
        let names = manifest.inputs.filter { $0.source == source.source }.map(\.path)
        return names.filter { $0 == source.displayName || $0.hasPrefix(source.displayName + "/") }
      }
    }
    return ResolveContext(
      hubspotFiles: files("hubspot/"), salesforceFiles: files("salesforce/"), heldIn: heldIn(object, manifest),
      retriesCreates: options.retryCreates)
  }

  /// Where nothing is created in this run (semantics 3.6): unreadable rows of the side might be the records that seem to be
  /// missing, and on a first night nobody has seen how many there would be.
  private func heldIn(_ object: ObjectPlan, _ manifest: RunManifest) -> Set<Side> {
    guard !options.createAnyway, let known = manifest.object(object.object) else { return [] }
    if known.isFirstNight && !object.setsMaxCreates { return [.hubspot, .salesforce] }
    var held: Set<Side> = []
    if known.hubspot.unreadable > 0 { held.insert(.hubspot) }
    if known.salesforce.unreadable > 0 { held.insert(.salesforce) }
    return held
  }
}
