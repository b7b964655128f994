import Foundation

/// Holds finished pieces of work until those before them have been handed on.
///
/// Each piece is worked on at a station, which is a number: whose buffers hold what the piece needs, and what has come of it.
/// A thread waits for a free station only while it has no piece: the earliest piece is always at work, so nothing can lock up.
final class ReorderBuffer: @unchecked Sendable {
  private let condition = NSCondition()

  // Touched only by the thread that has locked it.
  private var next = 0
  private var failed = false
  private var isDelivering = false
  private var free: [Int]
  /// The stations of the pieces that are finished and not handed on, by the pieces' numbers.
  private var finished: [Int: Int] = [:]

  /// Starts at piece 0, with the stations 0 ..< `stations`.
  init(stations: Int) { free = Array(0..<stations) }

  /// Waits for a free station; nil once a piece has failed: then none is to be begun any more.
  func takeStation() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while free.isEmpty && !failed { condition.wait() }
    return failed ? nil : free.popLast()
  }

  /// Gives a station back for which there is no piece.
  func leave(_ station: Int) {
    condition.lock()
    free.append(station)
    condition.signal()
    condition.unlock()
  }

  /// The piece at a station is finished. `handOn` is given the stations of all pieces that are due now, in their order, by one
  /// thread at a time; who finds another one at it leaves the piece to that one.
  ///
  /// - Throws: what `handOn` throws; nothing is handed on after that.
  func deliver(_ piece: Int, from station: Int, _ handOn: (_ station: Int) throws -> Void) throws {
    condition.lock()
    defer { condition.unlock() }
    finished[piece] = station
    guard !isDelivering else { return }
    isDelivering = true
    defer { isDelivering = false }
    while !failed, let due = finished.removeValue(forKey: next) {
      try unlocked { try handOn(due) }
      next += 1
      free.append(due)
      condition.signal()
    }
  }

  private func unlocked(_ body: () throws -> Void) throws {
    condition.unlock()
    defer { condition.lock() }
    try body()
  }

  /// A piece has failed: no further one is begun or handed on.
  func cancel() {
    condition.lock()
    failed = true
    condition.broadcast()
    condition.unlock()
  }
}
