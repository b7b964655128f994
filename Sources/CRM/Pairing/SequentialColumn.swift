import Parallel

/// Where columns keep what does not stay in memory: bytes that are appended, and read again. Several columns may share one.
public protocol ColumnSpill: AnyObject, Sendable {
  /// Appends bytes behind those that it holds, and gives the offset at which they stand.
  func append(_ bytes: UnsafeRawBufferPointer) throws -> Int
  /// Fills `bytes` with what stands at `offset`; all of it was appended before.
  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws
}

/// A column of an index that pairing reads from the first row to the last, a few times, and seldom elsewhere: so only the run
/// of rows that is being written or read need be in memory.
///
/// It is written by one thread at a time; then any thread may read.
public final class SequentialColumn<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// How many rows a run has; the last one may have fewer.
  @usableFromInline static var runLength: Int { 4096 }

  private let spill: (any ColumnSpill)?
  /// The rows behind those that were spilled; without a spill, all. Not checked for accesses that overlap, as a class's
  /// properties are at run time: rows are added one by one, by one thread.
  @usableFromInline @exclusivity(unchecked) var rows: [Element] = []
  @usableFromInline var spilled = 0
  /// Where each run that was spilled begins.
  private var offsets: [Int] = []

  /// An empty column. Without `spill` it stays in memory.
  public init(spill: (any ColumnSpill)? = nil) { self.spill = spill }

  /// How many rows it has.
  @inlinable public var count: Int { spilled + rows.count }

  /// Adds a row.
  ///
  /// - Throws: what the spill throws.
  @inlinable public func append(_ element: Element) throws {
    rows.append(element)
    if rows.count >= Self.runLength { try spillRun() }
  }

  @usableFromInline func spillRun() throws {
    guard let spill else { return }
    offsets.append(try rows.withUnsafeBytes { try spill.append(UnsafeRawBufferPointer(rebasing: $0[..<Self.runSize])) })
    spilled += Self.runLength
    if rows.count == Self.runLength {
      rows.removeAll(keepingCapacity: true)
    } else {
      rows.removeFirst(Self.runLength)
    }
  }

  private static var runSize: Int { runLength * MemoryLayout<Element>.stride }

  /// Adds the rows of another column.
  ///
  /// - Throws: what the spills throw.
  public func append(_ other: SequentialColumn) throws {
    var run: [Element] = []
    for number in 0..<other.runCount {
      try other.read(run: number, into: &run)
      rows += run
      while spill != nil && rows.count >= Self.runLength { try spillRun() }
    }
  }

  /// Forgets the rows of a column that has no spill; the memory stays.
  public func clear() {
    precondition(spill == nil, "what was spilled stays")
    rows.removeAll(keepingCapacity: true)
  }

  /// How many runs it has.
  public var runCount: Int { (count + Self.runLength - 1) / Self.runLength }

  /// The rows of a run.
  public func rows(ofRun run: Int) -> Range<Int> {
    run * Self.runLength..<min(count, (run + 1) * Self.runLength)
  }

  /// Reads a run into an array that has been used for others.
  ///
  /// - Throws: what the spill throws.
  public func read(run: Int, into elements: inout [Element]) throws {
    elements.removeAll(keepingCapacity: true)
    let wanted = rows(ofRun: run)
    guard wanted.lowerBound < spilled, let spill else {
      elements += rows[(wanted.lowerBound - spilled)..<(wanted.upperBound - spilled)]
      return
    }
    // Runs are spilled whole.
    elements = try Array(unsafeUninitializedCapacity: wanted.count) { places, filled in
      try spill.read(into: UnsafeMutableRawBufferPointer(places), at: offsets[run])
      filled = wanted.count
    }
  }

  /// One row.
  ///
  /// - Throws: what the spill throws.
  public func element(at row: Int) throws -> Element {
    guard row < spilled, let spill else { return rows[row - spilled] }
    return try withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) { place in
      let (run, number) = row.quotientAndRemainder(dividingBy: Self.runLength)
      try spill.read(
        into: UnsafeMutableRawBufferPointer(place), at: offsets[run] + number * MemoryLayout<Element>.stride)
      return place[0]
    }
  }

  /// Gives `body` all runs, on all threads and in any order.
  ///
  /// - Throws: what the spill throws, and `body`.
  func forEachRun(
    _ workers: Workers, _ body: @Sendable (_ rows: Range<Int>, _ run: [Element]) throws -> Void
  ) throws {
    try workers.forEach(runCount) { _, number in
      var run: [Element] = []
      try read(run: number, into: &run)
      try body(rows(ofRun: number), run)
    }
  }

  /// Gives `body` all rows in their order.
  ///
  /// - Throws: what the spill throws, and `body`.
  @inlinable public func forEach(_ body: (_ row: Int, _ element: Element) throws -> Void) throws {
    var run: [Element] = []
    for number in 0..<runCount {
      try read(run: number, into: &run)
      let first = rows(ofRun: number).lowerBound
      for place in run.indices { try body(first + place, run[place]) }
    }
  }
}
