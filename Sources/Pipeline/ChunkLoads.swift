import CRM
import Foundation
import Load
import Staging

/// Loads chunks from several threads, and notes each in the manifest when it is done.
final class ChunkLoads: @unchecked Sendable {
  private let store: any StagingStore
  private let baseline: any BaselineStore
  private let directory: String
  private let target: (any LoadTarget)?
  private let ledger: any StagingArea
  private let progress: ProgressLog
  private let lock = NSLock()
  private var current: RunManifest

  init(
    manifest: RunManifest, store: any StagingStore, baseline: any BaselineStore, directory: String,
    target: (any LoadTarget)?, ledger: any StagingArea, progress: ProgressLog
  ) {
    current = manifest
    self.store = store
    self.baseline = baseline
    self.directory = directory
    self.target = target
    self.ledger = ledger
    self.progress = progress
  }

  /// The manifest with the chunks that were loaded.
  var manifest: RunManifest { lock.withLock { current } }

  /// Writes the load files of a chunk and its records in the mirror, and moves its baseline.
  func load(_ object: ObjectPlan, _ chunk: Int) throws {
    let start = ContinuousClock.now
    let known = manifest
    let counts = known.chunks.first {
      $0.object == object.object && $0.chunk == chunk && $0.stage == .conflictResolve
    }?.counts
    let files = LoadFolder(path: directory, digests: ledger.digests)
    let loader = Loader(object, store: store, files: files, target: target)
    let result = try loader.run(chunk: chunk, counts: counts ?? ChunkCounts())
    // The commit point: what was written is what the next run expects to see.
    try baseline.replace(object.object, run: known.run, chunk: chunk, from: store)
    let seconds = (ContinuousClock.now - start).inSeconds
    let done = RunManifest.ChunkRun(
      object: object.object, chunk: chunk, stage: .load, rowsIn: result.changes, rowsOut: result.records,
      seconds: seconds)
    try lock.withLock {
      current.note(done)
      try ledger.saveInTime(current)
    }
    progress.finished(
      .load, object.object, chunk: chunk, of: known.object(object.object)?.chunks ?? 0, rows: result.changes,
      seconds: seconds)
  }
}
