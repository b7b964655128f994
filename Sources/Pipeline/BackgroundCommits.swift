import Parallel
import Staging
import Synchronization

/// Commits the tables of one chunk in the background, while the next chunk is worked on.
///
/// A disk that syncs, or a database that copies, is waited for by nobody who could compute meanwhile; yet at most one chunk's
/// tables wait, so that a fast machine does not run ahead of its disk.
final class BackgroundCommits: Sendable {
  private let workers: Workers
  private let errand = Mutex<Errand?>(nil)
  private let done = Done()

  /// What the errand fills. It must not hold its owner: the last to let go of an errand waits for it.
  private final class Done: Sendable {
    let notes = Mutex<[RunManifest.ChunkRun]>([])
  }

  /// Commits so many tables at once as there are workers.
  init(_ workers: Workers) { self.workers = workers }

  /// Hands over the tables of a chunk; waits for those of the chunk before.
  ///
  /// - Throws: what went wrong with the chunk before.
  func commit(_ tables: PendingTables, _ notes: [RunManifest.ChunkRun]) throws {
    try finish()
    let next = Errand { [workers, done] in
      do {
        try tables.commit(workers)
      } catch {
        tables.abandon()
        throw error
      }
      done.notes.withLock { $0 += notes }
    }
    errand.withLock { $0 = next }
  }

  /// Waits until nothing is left.
  ///
  /// - Throws: what went wrong.
  func finish() throws { try errand.withLock { $0 }?.finish() }

  /// The notes of the chunks that are there now.
  func takeDone() -> [RunManifest.ChunkRun] {
    done.notes.withLock { notes in
      defer { notes = [] }
      return notes
    }
  }
}
