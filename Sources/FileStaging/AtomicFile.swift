import CFileHints
import Foundation
import Records
import Staging

/// A file that appears under its name only when it is complete: written aside, synced, renamed.
///
/// Files of a run hold customers' data: they are made readable by their owner only.
public final class AtomicFile: TableWriter {
  private let path: String
  private let aside: String
  private var descriptor: Int32
  private var pending = ByteBuffer(capacity: 1 << 16)
  /// How many bytes were written, and up to where the disk was asked to begin with them.
  private var written: Int64 = 0
  private var begun: Int64 = 0
  private let record: Record?
  /// After so many bytes the disk is asked to begin.
  private static let stride: Int64 = 8 << 20

  /// Where the digest of the file is noted when it is committed.
  private struct Record {
    let ledger: FileDigests
    let name: String
    let digest: RunningDigest
  }

  /// Begins the file; its folder is made if need be. `mode` are its permissions: those of a file that people edit stay
  /// as they are. `noted` names it in a ledger of a run.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public init(path: String, mode: mode_t = 0o600, noted: (ledger: FileDigests, name: String)? = nil) throws {
    self.path = path
    record = try noted.map { Record(ledger: $0.ledger, name: $0.name, digest: try RunningDigest()) }
    aside = path + ".part"
    try makeDirectory((path as NSString).deletingLastPathComponent)
    descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw systemFailure("cannot write \(aside)") }
    guard fchmod(descriptor, mode) == 0 else { throw systemFailure("cannot write \(aside)") }
  }

  deinit { abandon() }

  /// Appends bytes; small pieces are gathered.
  public func append(_ rows: Bytes) throws {
    if pending.count + rows.count > 1 << 16 {
      try flush()
      if rows.count > 1 << 15 { return try write(rows) }
    }
    pending.append(rows)
  }

  /// Appends text.
  public func append(_ text: String) throws {
    var copy = text
    try copy.withUTF8 { try append($0) }
  }

  private func flush() throws {
    try write(pending.bytes)
    pending.clear()
  }

  private func write(_ bytes: Bytes) throws {
    record?.digest.update(UnsafeRawBufferPointer(bytes))
    var rest = bytes
    while rest.count > 0, let base = rest.baseAddress {
      let written = Foundation.write(descriptor, base, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw systemFailure("cannot write \(aside)")
      }
      rest = rest.part(written, rest.count - written)
      self.written += Int64(written)
    }
    beginWriteback()
  }

  /// Asks the system to write out what has gathered, and does not wait: so the sync at the end finds little left to do
  /// (measured: 5% of a whole run). Only a hint: where it cannot be given, the sync does it all.
  private func beginWriteback() {
    guard written - begun >= Self.stride else { return }
    file_hints_begin_writeback(descriptor, begun, written - begun)
    begun = written
  }

  /// Writes what is left, syncs, and renames the file to its name.
  public func commit() throws {
    try flush()
    guard fsync(descriptor) == 0 else { throw systemFailure("cannot sync \(aside)") }
    close(descriptor)
    descriptor = -1
    guard rename(aside, path) == 0 else { throw systemFailure("cannot rename \(aside)") }
    try syncDirectory((path as NSString).deletingLastPathComponent)
    if let record { record.ledger.note(record.name, .init(bytes: record.digest.bytes, digest: record.digest.hex)) }
  }

  /// Removes what was written aside.
  public func abandon() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(aside)
  }

  /// Writes a whole small file.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public static func write(_ text: String, to path: String, noted: (ledger: FileDigests, name: String)? = nil) throws {
    let file = try AtomicFile(path: path, noted: noted)
    try file.append(text)
    try file.commit()
  }
}

/// Makes a folder and those above it, for their owner only.
public func makeDirectory(_ path: String) throws {
  guard !path.isEmpty else { return }
  do {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  } catch {
    throw StagingError.failed("cannot make the folder \(path): \(error.localizedDescription)")
  }
}

/// Makes a rename in a folder durable.
func syncDirectory(_ path: String) throws {
  let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw systemFailure("cannot open the folder \(path)") }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw systemFailure("cannot sync the folder \(path)") }
}

/// What the system said about the last call that failed.
public func systemFailure(_ what: String) -> StagingError {
  let code = errno
  let hint = code == ENOSPC ? "; free some space, and run the same command again" : ""
  return .failed("\(what): \(String(cString: strerror(code)))\(hint)")
}
