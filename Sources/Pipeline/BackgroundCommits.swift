import Foundation
import Staging

/// Syncs and renames the files of one chunk in the background, while the next chunk is worked on.
///
/// A disk that syncs is waited for by nobody who could compute meanwhile; yet at most one chunk's files wait, so that a
/// fast machine does not run ahead of its disk.
final class BackgroundCommits: @unchecked Sendable {
  private let queue = DispatchQueue(label: "resync.commits")
  private let lock = NSLock()
  private let group = DispatchGroup()
  private var failure: (any Error)?
  private var done: [RunManifest.ChunkRun] = []

  /// Hands over the tables of a chunk; waits for those of the chunk before.
  ///
  /// - Throws: what went wrong with the chunk before.
  func commit(_ writers: [any TableWriter], _ notes: [RunManifest.ChunkRun]) throws {
    try finish()
    let work = Work(writers: writers, notes: notes)
    queue.async(group: group) { self.carryOut(work) }
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

  private struct Work: @unchecked Sendable {
    let writers: [any TableWriter]
    let notes: [RunManifest.ChunkRun]
  }

  private func carryOut(_ work: Work) {
    do {
      for writer in work.writers { try writer.commit() }
      lock.withLock { done += work.notes }
    } catch {
      for writer in work.writers { writer.abandon() }
      lock.withLock { failure = failure ?? error }
    }
  }
}
