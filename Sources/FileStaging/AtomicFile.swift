import CFileHints
import Foundation
import Records
import Staging

/// A file that appears under its name only when it is complete: written aside, synced, renamed.
///
/// Files of a run hold customers' data: they are made readable by their owner only.
public final class AtomicFile: TableWriter {
  let path: String
  private let aside: String
  private var descriptor: Int32
  /// False where there are more files than may be open at once: then the file is opened for each write.
  private let staysOpen: Bool
  /// Whether the file still has its name aside.
  private var isAside = true
  private var pending = ByteBuffer(capacity: 1 << 16)
  /// How many bytes were written, and up to where the disk was asked to begin with them.
  private var written: Int64 = 0
  private var begun: Int64 = 0
  private let record: FileRecord?
  /// After so many bytes the disk is asked to begin.
  private static let stride: Int64 = 8 << 20
  /// So many bytes at the end it is not asked for yet: as many as the pages that the system may write as one.
  private static let restingEnd: Int64 = 1 << 20

  /// Begins the file; its folder is made if need be. `mode` are its permissions: those of a file that people edit stay
  /// as they are. `noted` names it among the digests of a run.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public init(
    path: String, mode: mode_t = 0o600, staysOpen: Bool = true, noted: (digests: FileDigests, name: String)? = nil
  ) throws {
    self.path = path
    self.staysOpen = staysOpen
    record = try noted.map { try FileRecord($0.digests, $0.name) }
    aside = path + ".part"
    try refuseDevice(path)
    try makeDirectory((path as NSString).deletingLastPathComponent)
    descriptor = try openAside(aside)
    guard mode == 0o600 || fchmod(descriptor, mode) == 0 else { throw systemFailure("cannot write \(aside)") }
    rest()
  }

  deinit { abandon() }

  /// How many bytes it holds by now.
  var length: Int { Int(written) + pending.count }

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

  /// Opens the file again, where it does not stay open.
  private func resume() throws {
    guard descriptor < 0 else { return }
    descriptor = open(aside, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure("cannot write \(aside)") }
  }

  private func rest() {
    guard !staysOpen, descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
  }

  private func write(_ bytes: Bytes) throws {
    record?.update(bytes)
    try resume()
    defer { rest() }
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
  /// (measured: 5% of a whole run). Only a hint: where it cannot be given, the sync does it all. The end of the file is
  /// left out: what is appended to a page that is on its way to the disk waits until it is there.
  private func beginWriteback() {
    while written - begun >= Self.stride + Self.restingEnd {
      file_hints_begin_writeback(descriptor, begun, Self.stride)
      begun += Self.stride
    }
  }

  /// Writes what is left, syncs, and renames the file to its name.
  public func commit() throws {
    try flush()
    try resume()
    try publish(&descriptor, aside, as: path)
    isAside = false
    record?.note()
  }

  /// Removes what was written aside.
  public func abandon() {
    guard isAside else { return }
    isAside = false
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(aside)
  }

  /// Writes a whole small file.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public static func write(_ text: String, to path: String, noted: (digests: FileDigests, name: String)? = nil) throws {
    let file = try AtomicFile(path: path, noted: noted)
    try file.append(text)
    try file.commit()
  }
}

/// Throws where what has this name is no file: the rename would put one in the place of a device, of /dev/null where its user
/// is root.
func refuseDevice(_ path: String) throws {
  var info = stat()
  guard stat(path, &info) != 0 || info.st_mode & S_IFMT == S_IFREG else {
    throw StagingError.failed("cannot write \(path): what has this name is no file; name another")
  }
}

/// Opens a file that is written aside, for its owner only; without `flags` where the file system does not know them.
func openAside(_ aside: String, flags: Int32 = 0) throws -> Int32 {
  let usual = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
  var descriptor = open(aside, usual | flags, 0o600)
  if descriptor < 0 && errno == EINVAL && flags != 0 { descriptor = open(aside, usual, 0o600) }
  guard descriptor >= 0 else { throw systemFailure("cannot write \(aside)") }
  // What somebody else has left aside had rights of its own.
  guard fchmod(descriptor, 0o600) == 0 else {
    let failure = systemFailure("cannot write \(aside)")
    close(descriptor)
    throw failure
  }
  return descriptor
}

/// Syncs and closes a file that is whole, and gives it its name.
func publish(_ descriptor: inout Int32, _ aside: String, as path: String) throws {
  guard isSynced(descriptor) else { throw systemFailure("cannot sync \(aside)") }
  close(descriptor)
  descriptor = -1
  guard rename(aside, path) == 0 else { throw systemFailure("cannot rename \(aside)") }
  try syncDirectory((path as NSString).deletingLastPathComponent)
}

/// Makes a folder and those above it, for their owner only; each is synced into the one that holds it, so that the files in
/// it cannot be lost with it.
public func makeDirectory(_ path: String) throws {
  guard !path.isEmpty, !isDirectory(path) else { return }
  let parent = (path as NSString).deletingLastPathComponent
  try makeDirectory(parent)
  guard mkdir(path, 0o700) == 0 || isDirectory(path) else { throw systemFailure("cannot make the folder \(path)") }
  try syncDirectory(parent)
}

/// Whether there is a folder of that name, or a link to one; what `errno` says stays.
private func isDirectory(_ path: String) -> Bool {
  let before = errno
  defer { errno = before }
  var info = stat()
  return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
}

/// The names in a folder. Foundation would not say why it cannot be read.
func namesInFolder(_ path: String, _ failure: String) throws -> [String] {
  guard let folder = opendir(path) else { throw systemFailure(failure) }
  closedir(folder)
  do {
    return try FileManager.default.contentsOfDirectory(atPath: path)
  } catch {
    throw StagingError.failed("\(failure): \(error.localizedDescription)")
  }
}

/// Makes a rename in a folder durable.
func syncDirectory(_ path: String) throws {
  let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw systemFailure("cannot open the folder \(path)") }
  defer { close(descriptor) }
  guard isSynced(descriptor) else { throw systemFailure("cannot sync the folder \(path)") }
}

/// Syncs a file or a folder; a signal that interrupts it changes nothing.
private func isSynced(_ descriptor: Int32) -> Bool {
  while fsync(descriptor) != 0 { guard errno == EINTR else { return false } }
  return true
}

/// What the system said about the last call that failed.
public func systemFailure(_ what: String) -> StagingError {
  let code = errno
  let hint = remedy(code).map { "; \($0), and run the same command again" } ?? ""
  return .failed("\(what): \(String(cString: strerror(code)))\(hint)")
}

/// What a person can do about what the system said.
private func remedy(_ code: Int32) -> String? {
  switch code {
  case ENOSPC, EDQUOT: "free some space"
  case EACCES, EPERM: "give the user that runs resync the right to it"
  case EROFS: "mount it for writing"
  case EFBIG: "raise the limit on the size of files (ulimit -f)"
  case EMFILE, ENFILE: "raise the limit on open files (ulimit -n)"
  case EISDIR, ENOTDIR, EEXIST: "move away what stands in its place"
  case EIO: "look whether the disk is sound"
  default: nil
  }
}
