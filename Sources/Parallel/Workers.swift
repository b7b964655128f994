import Dispatch
import Synchronization

/// A fixed number of threads that share a list of numbered pieces of work.
///
/// The pieces are taken in order. The first error stops the taking, and is thrown once all threads have come to rest.
public struct Workers: Sendable {
  /// How many threads work at once.
  public let count: Int

  /// `count` threads, at least one.
  public init(count: Int) { self.count = max(1, count) }

  /// Does the pieces 0 ..< `pieces`; `body` gets the number of the thread (0 ..< `count`) and of the piece.
  ///
  /// - Throws: the first error that a piece threw.
  public func forEach(_ pieces: Int, _ body: @Sendable (_ worker: Int, _ piece: Int) throws -> Void) throws {
    let next = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
    let threads = min(count, pieces)
    guard threads > 0 else { return }
    DispatchQueue.concurrentPerform(iterations: threads) { worker in
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard piece < pieces else { return }
        do {
          try body(worker, piece)
        } catch {
          failure.withLock { $0 = $0 ?? error }
          next.store(pieces, ordering: .relaxed)
          return
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// The same for work that cannot fail.
  public func forEach(_ pieces: Int, _ body: @Sendable (_ worker: Int, _ piece: Int) -> Void) {
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(count, max(0, pieces))) { worker in
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard piece < pieces else { return }
        body(worker, piece)
      }
    }
  }
}
