import Foundation
import Parallel
import Staging

/// Commits the tables of one chunk in the background, while the next chunk is worked on.
///
/// A disk that syncs, or a database that copies, is waited for by nobody who could compute meanwhile; yet at most one chunk's
/// tables wait, so that a fast machine does not run ahead of its disk.
final class BackgroundCommits: @unchecked Sendable {
  private let queue = DispatchQueue(label: "resync.commits")
  private let workers: Workers
  private let lock = NSLock()
  private let group = DispatchGroup()
  private var failure: (any Error)?
  private var done: [RunManifest.ChunkRun] = []

  /// Commits so many tables at once as there are workers.
  init(_ workers: Workers) { self.workers = workers }

  /// Hands over the tables of a chunk; waits for those of the chunk before.
  ///
  /// - Throws: what went wrong with the chunk before.
  func commit(_ tables: PendingTables, _ notes: [RunManifest.ChunkRun]) throws {
    try finish()
    queue.async(group: group) { self.carryOut(tables, notes) }
  }

  /// Waits until nothing is left.
  ///
  /// - Throws: what went wrong.
  func finish() throws {
    group.wait()
    if let failure = lock.withLock({ failure }) { throw failure }
  }

  /// The notes of the chunks that are there now.
  func takeDone() -> [RunManifest.ChunkRun] {
    lock.withLock {
      defer { done = [] }
      return done
    }
  }

  private func carryOut(_ tables: PendingTables, _ notes: [RunManifest.ChunkRun]) {
    do {
      try tables.commit(workers)
      lock.withLock { done += notes }
    } catch {
      tables.abandon()
      lock.withLock { failure = failure ?? error }
    }
  }
}
