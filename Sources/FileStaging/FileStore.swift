import CSV
import Foundation
import Records
import Staging

/// Staging in files: `STAGING/PIPELINE/runs/RUN/STAGE/OBJECT/PART/CHUNK.csv` (spec, interface).
///
/// A table is there exactly when its file is there.
public struct FileStore: StagingStore {
  /// The folder of the run.
  public let directory: String
  /// Where the digests of tables are noted.
  private let digests: FileDigests?
  /// How many bytes of one part may stand in the page cache until they are read again.
  private let cacheShare: Int

  /// The store of the run whose folder this is.
  ///
  /// What is read back is written through the page cache, and needs no second read from the disk. But where extract's tables of
  /// a side would take more than `cacheShare` bytes of it, they push out everything else, and cost more than that read (measured
  /// with 10,000,000 companies a side, whose exports are a quarter of the machine's memory: the night took an eighth longer).
  public init(directory: String, digests: FileDigests? = nil, cacheShare: Int = Self.usualCacheShare) {
    self.directory = directory
    self.digests = digests
    self.cacheShare = cacheShare
  }

  /// A sixteenth of the machine's memory, in bytes: there are two sides, and their exports are in the cache as well.
  public static let usualCacheShare = Int(clamping: ProcessInfo.processInfo.physicalMemory / 16)

  /// The path of a table.
  public func path(_ table: TableName) -> String { "\(directory)/\(Self.name(table))" }

  /// The path of a table below the folder of its run: `map/companies/hubspot/0000.csv`.
  public static func name(_ table: TableName) -> String {
    "\(table.stage.rawValue)/\(table.object)/\(table.part)/\(table.chunk.padded()).csv"
  }

  /// Begins the table's file with a header line; until `commit` it has another name.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func writer(_ table: TableName, columns: [String]) throws -> any TableWriter {
    try writer(table, columns: columns, ofPart: 0)
  }

  /// The same for a table of a part that is made of so many bytes.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func writer(_ table: TableName, columns: [String], ofPart bytes: Int) throws -> any TableWriter {
    try refuseLinks(to: table)
    let file = try file(table, ofPart: bytes, digests.map { ($0, Self.name(table)) })
    var header = ByteBuffer()
    for (place, column) in columns.enumerated() {
      if place > 0 { header.append(UInt8(ascii: ",")) }
      header.appendCSV(column)
    }
    header.append(UInt8(ascii: "\n"))
    try file.append(header.bytes)
    return file
  }

  private func file(
    _ table: TableName, ofPart bytes: Int, _ noted: (digests: FileDigests, name: String)?
  ) throws -> any TableWriter {
    if !Self.isReadBack(table) { return try DirectFile(path: path(table), noted: noted) }
    let staysOpen = table.chunk < Self.openChunks
    if bytes > cacheShare && Self.isFilledBesideOthers(table) {
      return try DirectFile(path: path(table), as: .oneOfMany, noted: noted)
    }
    return try AtomicFile(path: path(table), staysOpen: staysOpen, noted: noted)
  }

  /// Extract writes to all chunks at once. So many of them have their file open all the time; the system gives a program
  /// 1,024 files as a rule, and on some systems 256.
  private static let openChunks = 128

  /// Whether it is one of extract's tables of a side, and stays open: what may be too large for the page cache.
  private static func isFilledBesideOthers(_ table: TableName) -> Bool {
    table.stage == .extract && ["hubspot", "salesforce"].contains(table.part) && table.chunk < openChunks
  }

  /// Whether the run that writes a table reads it too: what extract leaves, and what the load files and reports are made of.
  private static func isReadBack(_ table: TableName) -> Bool {
    switch table.stage {
    case .normalize, .map: false
    case .conflictResolve: table.part != "baseline"
    case .extract, .load: true
    }
  }

  /// Opens the table's file at its header line.
  ///
  /// - Throws: `StagingError.missing` if it is not there, `.damaged` if it is not as long as it was written, `.failed` if it
  ///   cannot be opened.
  public func reader(_ table: TableName) throws -> any TableReader {
    guard exists(table) else { throw StagingError.missing(table) }
    try checkLength(of: table)
    let path = path(table)
    if Self.isFilledBesideOthers(table), isLarge(path), let reader = DirectReader(path: path) { return reader }
    return try FileReader(path: path)
  }

  /// Whether the files of a part take more of the page cache than they should, if all are like this one.
  private func isLarge(_ path: String) -> Bool {
    let folder = (path as NSString).deletingLastPathComponent
    guard let bytes = fileLength(path), let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      return false
    }
    return bytes > cacheShare / max(1, names.count)
  }

  /// A table that was cut behind a row still looks like one: its rows would be lost in silence.
  private func checkLength(of table: TableName) throws {
    guard let written = digests?.length(of: Self.name(table)), let bytes = fileLength(path(table)), bytes != written
    else { return }
    throw StagingError.damaged(table, "it has \(bytes) bytes, and was written with \(written)")
  }

  /// Whether the table's file is there under its own name.
  public func exists(_ table: TableName) -> Bool { access(path(table), F_OK) == 0 }

  /// Links the table's file under a second name, in place of what had it.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func share(_ table: TableName, as other: TableName) throws {
    try refuseLinks(to: other)
    let target = path(other)
    try makeDirectory((target as NSString).deletingLastPathComponent)
    try link(table, to: target)
    digests?.copy(Self.name(table), to: Self.name(other))
  }

  /// The folder of the run is made by `PipelineDirectory`; those below it are made here.
  private func refuseLinks(to table: TableName) throws {
    try FileStaging.refuseLinks(below: directory, "\(table.stage.rawValue)/\(table.object)/\(table.part)")
  }

  /// Gives the file of a table a second name, in place of what had that name.
  func link(_ table: TableName, to target: String) throws {
    try checkLength(of: table)
    let aside = target + ".part"
    unlink(aside)
    guard Foundation.link(path(table), aside) == 0 else { throw systemFailure("cannot link \(path(table))") }
    guard rename(aside, target) == 0 else { throw systemFailure("cannot rename \(aside)") }
    // rename of two names of one file does nothing, and leaves the first: take it away.
    unlink(aside)
  }

  /// Removes the folder of a stage of an object; one that is not there is no failure.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func clear(_ stage: Stage, object: String) throws {
    let folder = "\(directory)/\(stage.rawValue)/\(object)"
    digests?.forget(prefix: "\(stage.rawValue)/\(object)/")
    guard access(folder, F_OK) == 0 else { return }
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw StagingError.failed("cannot remove \(folder): \(error.localizedDescription)")
    }
  }
}

/// The length of a file in bytes; nil if it is not there.
func fileLength(_ path: String) -> Int? {
  var info = stat()
  return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG ? Int(info.st_size) : nil
}
