import Foundation
import Records
import Staging
import Synchronization

/// Reads a large file from its start past the page cache, a few pieces ahead of who reads it.
///
/// For what is read once and does not fit into the cache beside everything else: through the cache it would cost new pages
/// for all of it, and push out what others need.
public final class DirectReader: TableReader, @unchecked Sendable {
  /// What is read at once, in bytes: a multiple of every disk's block.
  static let pieceSize = 512 << 10
  /// One piece is being taken, the others are on their way.
  private static let pieceCount = 3
  /// Whose threads read the pieces of all files: not those that write, where a piece would wait for its turn.
  private static let queues = (0..<queueCount).map { DispatchQueue(label: "resync.disk-reading-\($0)") }
  private static let launched = Atomic<Int>(0)
  /// How many pieces are read at once, by a thread each.
  public static let queueCount = 2

  private let path: String
  private let descriptor: Int32
  private let pieces: [Piece]
  /// The piece that is being taken, and how far.
  private var current = 0
  private var taken = 0
  /// Where the piece begins that is asked for next.
  private var offset: off_t = 0
  private var isAtEnd = false

  /// Bytes that are there, or on their way from the disk. Only who waited for its flight may look at it.
  private final class Piece: @unchecked Sendable {
    private let memory = DirectMemory(pieceSize)
    var bytes: UnsafeMutableRawPointer { memory.bytes }
    let flight = DispatchGroup()
    /// Fewer than a whole piece has at the end of the file.
    var count = 0
    /// What the system said; 0 if it read.
    var failure: Int32 = 0
  }

  /// Opens a file; nil if it cannot be opened so: some file systems know no way past the cache.
  init?(path: String) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC | PastCache.flag)
    pieces = descriptor < 0 ? [] : (0..<Self.pieceCount).map { _ in Piece() }
    guard descriptor >= 0 else { return nil }
    for piece in pieces { launch(piece) }
  }

  deinit {
    for piece in pieces { piece.flight.wait() }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Asks for the next piece of the file.
  private func launch(_ piece: Piece) {
    let (descriptor, place) = (descriptor, offset)
    offset += off_t(Self.pieceSize)
    let turn = Self.launched.wrappingAdd(1, ordering: .relaxed).oldValue
    Self.queues[turn % Self.queues.count].async(group: piece.flight) { Self.fill(piece, descriptor, at: place) }
  }

  private static func fill(_ piece: Piece, _ descriptor: Int32, at place: off_t) {
    piece.count = 0
    var isDirect = true
    while piece.count < pieceSize {
      let got = pread(descriptor, piece.bytes + piece.count, pieceSize - piece.count, place + off_t(piece.count))
      if got == 0 { return }
      piece.count += max(0, got)
      let failure = errno
      if got < 0 && failure == EINTR { continue }
      // The end of the file is no whole block, and what is read from there on is refused; some file systems refuse only now what
      // they promised when the file was opened. Another piece of the file may have left the way past the cache already.
      if isDirect && (got < 0 ? failure == EINVAL : piece.count % PastCache.alignment != 0) {
        PastCache.leave(descriptor)
        isDirect = false
      } else if got < 0 {
        piece.failure = failure
        return
      }
    }
  }

  /// Gives what is there, up to the size of `buffer`; 0 means the end of the file.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let target = buffer.baseAddress, buffer.count > 0, !isAtEnd else { return 0 }
    let piece = pieces[current]
    piece.flight.wait()
    guard piece.failure == 0 else {
      errno = piece.failure
      throw systemFailure("cannot read \(path)")
    }
    let count = min(buffer.count, piece.count - taken)
    target.copyMemory(from: piece.bytes + taken, byteCount: count)
    taken += count
    if taken == piece.count { pass(piece) }
    return count
  }

  /// Goes on to the next piece.
  private func pass(_ piece: Piece) {
    if piece.count < Self.pieceSize { isAtEnd = true } else { launch(piece) }
    current = (current + 1) % Self.pieceCount
    taken = 0
  }
}
