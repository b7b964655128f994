import Foundation
import Staging

/// The manifest of a run of activities, which several threads write: what a thread has done is on disk before it goes on.
final class ActivityManifest: @unchecked Sendable {
  private let area: any StagingArea
  private let lock = NSLock()
  private var current: RunManifest

  init(_ manifest: RunManifest, in area: any StagingArea) {
    current = manifest
    self.area = area
  }

  /// What is noted now.
  var manifest: RunManifest { lock.withLock { current } }
  /// The name of the run.
  var run: String { manifest.run }
  /// How many chunks extract has made; 0 before.
  var chunks: Int { manifest.object(ActivityRunPlan.object)?.chunks ?? 0 }

  /// Changes the manifest, and saves it.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  func change(_ body: (inout RunManifest) -> Void) throws {
    try lock.withLock {
      body(&current)
      try area.save(current)
    }
  }

  /// Whether a stage has finished a chunk.
  func isDone(_ stage: Stage, _ chunk: Int) -> Bool { manifest.isDone(stage, ActivityRunPlan.object, chunk) }
  /// Whether a stage has finished all chunks.
  func isDone(_ stage: Stage) -> Bool { chunks > 0 && (0..<chunks).allSatisfy { isDone(stage, $0) } }
}
