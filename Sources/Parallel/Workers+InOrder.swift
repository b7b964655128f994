import Synchronization

/// Work that is done in any order, and handed on in the order of its pieces.
///
/// A thread whose piece is not due yet leaves it at its station and goes on with the next one; who finishes the piece that is
/// due hands those on as well that have waited for it. (Measured on a million companies against threads that wait for their
/// turn: a run takes 0.95 of the time.)
extension Workers {
  /// How many stations the work needs: one more than there are threads. One thread alone finishes no piece early.
  public var stations: Int { count > 1 ? count + 1 : 1 }

  /// Works until no piece is left. `work` begins the next piece at the station that it is given, does it, and says its number:
  /// nil if there is none, 0 for the first. `handOn` is given the stations of finished pieces in the order of the pieces, one at a time.
  ///
  /// - Throws: the first error that either threw; then no further piece is begun or handed on.
  public func inOrder(
    work: @Sendable (_ station: Int) throws -> Int?, handOn: @Sendable (_ station: Int) throws -> Void
  ) throws {
    let buffer = ReorderBuffer(stations: stations)
    try forEach(count) { _, _ in
      do {
        while let station = buffer.takeStation() {
          guard let piece = try work(station) else { return buffer.leave(station) }
          try buffer.deliver(piece, from: station, handOn)
        }
      } catch {
        buffer.cancel()
        throw error
      }
    }
  }

  /// The same for the pieces 0 ..< `pieces`.
  public func inOrder(
    _ pieces: Int, work: @Sendable (_ station: Int, _ piece: Int) throws -> Void,
    handOn: @Sendable (_ station: Int) throws -> Void
  ) throws {
    let next = Atomic<Int>(0)
    try inOrder { station in
      let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard piece < pieces else { return nil }
      try work(station, piece)
      return piece
    } handOn: { station in
      try handOn(station)
    }
  }
}
