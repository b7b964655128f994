import Foundation

/// Lets threads that finish pieces of work in any order hand them on in the order of the pieces.
///
/// `deliver` waits until all earlier pieces were delivered: the thread that holds the earliest piece never waits, so
/// nothing can lock up, and no more pieces wait than there are threads. For what is handed on quickly, such as a part of an
/// index; where it is written to files, `Workers.inOrder` lets no thread wait.
public final class InOrder: @unchecked Sendable {
  private let condition = NSCondition()
  private var next = 0
  private var failed = false

  /// Starts at piece 0.
  public init() {}

  /// Runs `body` after the bodies of all earlier pieces. After an error no further body runs.
  ///
  /// - Throws: what `body` throws.
  public func deliver(_ piece: Int, _ body: () throws -> Void) throws {
    condition.lock()
    while next < piece && !failed { condition.wait() }
    let stopped = failed
    condition.unlock()
    guard !stopped else { return }
    do {
      try body()
      advance(to: piece + 1)
    } catch {
      cancel()
      throw error
    }
  }

  /// Releases the threads that wait for a piece that will never come.
  public func cancel() {
    condition.lock()
    failed = true
    condition.broadcast()
    condition.unlock()
  }

  private func advance(to piece: Int) {
    condition.lock()
    next = piece
    condition.broadcast()
    condition.unlock()
  }
}
