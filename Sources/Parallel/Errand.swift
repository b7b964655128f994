import Dispatch
import Synchronization

/// Work that is done beside everything else, on a thread of its own: it mostly waits for the disk.
///
/// Whoever began it comes back for it with `finish`; one that nobody comes back for is waited for all the same, since what it
/// uses may not outlive its owner.
public final class Errand: Sendable {
  private let group = DispatchGroup()
  private let outcome = Outcome()

  private final class Outcome: Sendable {
    let failure = Mutex<(any Error)?>(nil)
  }

  /// Begins the work, which must not hold the errand: it would wait for itself.
  public init(_ work: @escaping @Sendable () throws -> Void) {
    // A queue of its own has a thread of its own, though all cores are at work.
    DispatchQueue(label: "resync.errand").async(group: group) { [outcome] in
      do { try work() } catch { outcome.failure.withLock { $0 = error } }
    }
  }

  deinit { group.wait() }

  /// Waits until it is done.
  ///
  /// - Throws: what the work threw.
  public func finish() throws {
    group.wait()
    if let error = outcome.failure.withLock({ $0 }) { throw error }
  }
}
