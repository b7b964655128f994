import Foundation
import Records
import Staging
import Synchronization

/// A file that the run as a rule does not read again, as most staged tables, reports and load files, or that is too large to wait
/// for it in memory: its bytes go to the disk past the page cache, in the background.
///
/// Like an `AtomicFile` it appears under its name only when it is complete, synced. More than half of what a run stages is
/// kept for people and for stages that are run alone later. Copied into the page cache it took a fifth of the run's processor
/// time, the kernel's own work for the sync as much again (measured on a million companies: 1.2 GB in 0.5 s of system time
/// by the cache, 0.15 s past it). Where the file system cannot do that (tmpfs), the same writes go through the cache.
public final class DirectFile: TableWriter, @unchecked Sendable {
  /// What is written at once, and how much may wait.
  public struct Shape: Sendable {
    /// What is written at once, in bytes: a multiple of every disk's block.
    let pieceSize: Int
    /// How many pieces may be on their way.
    let pieceCount: Int

    /// As much as two threads encode of a batch each, so that they do not wait for the disk (measured: with half as many pieces a
    /// night took 4% longer, with twice as many as long).
    public static let usual = Shape(pieceSize: 512 << 10, pieceCount: 6)
    /// For a file among a hundred that are written at once, of which each gets little at a time.
    public static let oneOfMany = Shape(pieceSize: 128 << 10, pieceCount: 4)
  }

  /// Whose threads write the pieces of all files. Those of the system's own pool may all be at work: there are as many as cores.
  private static let queues = (0..<queueCount).map { DispatchQueue(label: "resync.disk-\($0)") }
  private static let launched = Atomic<Int>(0)
  /// How many pieces are written at once, by a thread each.
  public static let queueCount = 4

  private let shape: Shape
  private let path: String
  private let aside: String
  private var descriptor: Int32
  private var pieces: [Piece] = []
  /// The piece that is being filled, and how far.
  private var current = 0
  private var filled = 0
  private var offset: off_t = 0
  private let lock = NSLock()
  private var failure: StagingError?
  private let record: FileRecord?

  /// Bytes that are filled, or on their way to the disk. It has memory from the first of them on: most files are small.
  private final class Piece {
    private let size: Int
    private lazy var memory = DirectMemory(size)
    var bytes: UnsafeMutableRawPointer { memory.bytes }
    let flight = DispatchGroup()

    init(_ size: Int) { self.size = size }

    func fill(_ more: UnsafePointer<UInt8>, _ count: Int, at place: Int) {
      (bytes + place).copyMemory(from: more, byteCount: count)
    }
  }

  /// Begins the file, for its owner only; its folder is made if need be. `noted` names it among the digests of a run.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public init(
    path: String, as shape: Shape = .usual, noted: (digests: FileDigests, name: String)? = nil
  ) throws {
    self.path = path
    self.shape = shape
    try refuseDevice(path)
    record = try noted.map { try FileRecord($0.digests, $0.name) }
    aside = path + ".part"
    descriptor = -1
    try makeDirectory((path as NSString).deletingLastPathComponent)
    descriptor = try openAside(aside, flags: PastCache.flag)
    for _ in 0..<shape.pieceCount { pieces.append(Piece(shape.pieceSize)) }
  }

  /// A piece on its way holds the file: none is left here, and this may be the thread of the last one.
  deinit { discard() }

  /// Appends bytes.
  public func append(_ rows: Bytes) throws {
    record?.update(rows)
    var rest = rows
    while rest.count > 0, let base = rest.baseAddress {
      let count = min(rest.count, shape.pieceSize - filled)
      pieces[current].fill(base, count, at: filled)
      filled += count
      rest = rest.part(count, rest.count - count)
      if filled == shape.pieceSize { try launch() }
    }
  }

  /// Sends the full piece off, and goes on with the one that was sent first.
  private func launch() throws {
    let (number, place) = (current, offset)
    let turn = Self.launched.wrappingAdd(1, ordering: .relaxed).oldValue
    Self.queues[turn % Self.queues.count].async(group: pieces[number].flight) {
      self.write(number, self.shape.pieceSize, at: place)
    }
    offset += off_t(shape.pieceSize)
    current = (current + 1) % shape.pieceCount
    filled = 0
    try land(pieces[current])
  }

  /// Waits for a piece that is on its way.
  private func land(_ piece: Piece) throws {
    piece.flight.wait()
    if let failure = lock.withLock({ failure }) { throw failure }
  }

  private func write(_ number: Int, _ count: Int, at place: off_t) {
    var done = 0
    var isDirect = true
    while done < count {
      let written = pwrite(descriptor, pieces[number].bytes + done, count - done, place + off_t(done))
      let failure = errno
      if written < 0 && failure == EINTR { continue }
      // Some file systems refuse only now what they promised when the file was opened. Another piece of the file may have left
      // the way past the cache already.
      if written < 0 && failure == EINVAL && isDirect {
        PastCache.leave(descriptor)
        isDirect = false
        continue
      }
      guard written > 0 else {
        errno = failure
        let error = systemFailure("cannot write \(aside)")
        return lock.withLock { self.failure = self.failure ?? error }
      }
      done += written
      // What a full disk has cut off is no whole block any more: the rest of the piece tells why, by the usual way.
      if done < count { PastCache.leave(descriptor) }
    }
  }

  /// Writes what is left, syncs, and renames the file to its name.
  public func commit() throws {
    for piece in pieces { try land(piece) }
    // The end of the file is no whole block.
    PastCache.leave(descriptor)
    if filled > 0 { write(current, filled, at: offset) }
    try land(pieces[current])
    try publish(&descriptor, aside, as: path)
    record?.note()
    pieces = []
  }

  /// Removes what was written aside.
  public func abandon() {
    for piece in pieces { piece.flight.wait() }
    discard()
  }

  private func discard() {
    pieces = []
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(aside)
  }
}
