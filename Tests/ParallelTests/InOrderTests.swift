import Foundation
import Parallel
import Synchronization
import TestSupport
import Testing

/// Work that is done in any order, and handed on in the order of its pieces.
@Suite(.timeLimit(.minutes(1))) struct `Work in order` {
  private struct Trouble: Error, Equatable { let piece: Int }

  /// What happened: the pieces at the stations, and those that were handed on.
  private final class Log: @unchecked Sendable {
    struct Events {
      var atStation: [Int: Int] = [:]
      var handedOn: [Int] = []
      var isHandingOn = false
      var hasOverlap = false
    }
    private var all = Events()
    // The thread sanitizer does not know `Mutex`.
    private let lock = NSLock()

    private func note<Result>(_ body: (inout Events) -> Result) -> Result { lock.withLock { body(&all) } }

    func begin(_ piece: Int, at station: Int) {
      note {
        if $0.atStation[station] != nil { $0.hasOverlap = true }
        $0.atStation[station] = piece
      }
    }

    func handOn(_ station: Int) throws -> Int {
      let found = note { events in
        if events.isHandingOn { events.hasOverlap = true }
        events.isHandingOn = true
        return events.atStation.removeValue(forKey: station)
      }
      let piece = try #require(found, "nothing is at station \(station)")
      usleep(50)
      note {
        $0.isHandingOn = false
        $0.handedOn.append(piece)
      }
      return piece
    }

    var handedOn: [Int] { note { $0.handedOn } }
    var hasOverlap: Bool { note { $0.hasOverlap } }
  }

  @Test(arguments: 1...5)
  func `is handed on in the order of the pieces, one at a time, each from its own station`(threads: Int) throws {
    var random = SeededRandom.announced("durations of pieces")
    let durations = (0..<300).map { _ in UInt32(random.next() % 400) }
    let (log, workers) = (Log(), Workers(count: threads))
    try workers.inOrder(durations.count) { station, piece in
      #expect((0..<workers.stations).contains(station))
      log.begin(piece, at: station)
      usleep(durations[piece])
    } handOn: { station in
      _ = try log.handOn(station)
    }
    #expect(log.handedOn == Array(0..<300), "seed \(random.seed)")
    #expect(!log.hasOverlap, "seed \(random.seed)")
  }

  @Test func `a thread does not wait for the piece before its own`() throws {
    let log = Log()
    let later = DispatchSemaphore(value: 0)
    try Workers(count: 2).inOrder(4) { station, piece in
      log.begin(piece, at: station)
      // The first piece is done only when the other thread has gone on to the third.
      if piece == 0 { #expect(later.wait(timeout: .now() + 20) == .success) }
      if piece == 2 { later.signal() }
    } handOn: { station in
      _ = try log.handOn(station)
    }
    #expect(log.handedOn == [0, 1, 2, 3])
  }

  @Test func `no more pieces are begun than there are stations`() throws {
    let workers = Workers(count: 3)
    let begun = Atomic<Int>(0)
    try workers.inOrder(50) { _, piece in
      begun.wrappingAdd(1, ordering: .relaxed)
      guard piece == 0 else { return }
      // Nothing can be handed on before this one, so no station is free once all have a piece.
      for _ in 0..<2000 where begun.load(ordering: .relaxed) < workers.stations { usleep(10_000) }
      usleep(50_000)
      #expect(begun.load(ordering: .relaxed) == workers.stations)
    } handOn: { _ in
    }
    #expect(begun.load(ordering: .relaxed) == 50)
  }

  @Test(arguments: [1, 2, 4], [0, 7, 99])
  func `a piece that fails ends the work, and nothing behind it is handed on`(threads: Int, failing: Int) {
    let log = Log()
    #expect(throws: Trouble(piece: failing)) {
      try Workers(count: threads).inOrder(100) { station, piece in
        log.begin(piece, at: station)
        if piece == failing { throw Trouble(piece: piece) }
      } handOn: { station in
        _ = try log.handOn(station)
      }
    }
    #expect(log.handedOn == Array(0..<log.handedOn.count))
    #expect(log.handedOn.count <= failing)
  }

  @Test(arguments: [1, 2, 4], [0, 7, 99])
  func `so does one that cannot be handed on`(threads: Int, failing: Int) {
    let log = Log()
    #expect(throws: Trouble(piece: failing)) {
      try Workers(count: threads).inOrder(100) { station, piece in
        log.begin(piece, at: station)
      } handOn: { station in
        let piece = try log.handOn(station)
        if piece == failing { throw Trouble(piece: piece) }
      }
    }
    #expect(log.handedOn == Array(0...failing))
  }

  @Test func `pieces are taken until there is none`() throws {
    let next = Atomic<Int>(0)
    let (log, workers) = (Log(), Workers(count: 2))
    try workers.inOrder { station in
      let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard piece < 20 else { return nil }
      log.begin(piece, at: station)
      return piece
    } handOn: { station in
      _ = try log.handOn(station)
    }
    #expect(log.handedOn == Array(0..<20))
    #expect(next.load(ordering: .relaxed) == 20 + workers.count)
  }
}
