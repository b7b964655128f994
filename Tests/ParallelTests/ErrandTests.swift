import Foundation
import Parallel
import Synchronization
import Testing

/// Work that is done beside everything else.
@Suite struct `An errand` {
  private struct Trouble: Error, Equatable { let number: Int }

  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    func raise() { value.store(true, ordering: .sequentiallyConsistent) }
    var isUp: Bool { value.load(ordering: .sequentiallyConsistent) }
  }

  @Test func `is done when it was waited for, however often`() throws {
    let done = Flag()
    let errand = Errand {
      usleep(20_000)
      done.raise()
    }
    try errand.finish()
    #expect(done.isUp)
    try errand.finish()
  }

  @Test func `throws what its work threw`() {
    let errand = Errand { throw Trouble(number: 7) }
    #expect(throws: Trouble(number: 7)) { try errand.finish() }
  }

  @Test func `is waited for though nobody comes back for it`() {
    let done = Flag()
    do {
      _ = Errand {
        usleep(20_000)
        done.raise()
      }
    }
    #expect(done.isUp)
  }

  /// All cores may be at work: it has a thread of its own.
  @Test func `goes on while every worker waits for it`() throws {
    let done = Flag()
    let errand = Errand { done.raise() }
    Workers(count: 8).forEach(8) { _, _ in
      let end = ContinuousClock.now + .seconds(30)
      while !done.isUp && ContinuousClock.now < end { usleep(1_000) }
    }
    #expect(done.isUp)
    try errand.finish()
  }
}
