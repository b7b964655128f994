import FileStaging
import Foundation
import Records
import Staging
import TestSupport
import Testing

/// What takes more than its share of the page cache goes past it, both ways: the bytes are the same.
@Suite struct `A part larger than its share of the page cache` {
  /// Of files, in bytes: around the blocks of disks, and around what is written (128 KiB) and read (512 KiB) at once.
  private static let lengths = [
    10, 4095, 4096, 4097, 131_072, 524_287, 524_288, 524_289, 1_572_864, 2_097_152, 2_097_153, 4_000_001,
  ]

  @Test(arguments: lengths, [4096, 100_000, 1 << 20])
  func `is read as it was written`(_ length: Int, _ readSize: Int) throws {
    let folders = try Folders()
    defer { withExtendedLifetime(folders) {} }
    let rows = Self.rows(length - Self.header.count)
    for folder in folders.paths {
      let store = FileStore(directory: folder, cacheShare: 0)
      #expect(try Self.read(try Self.write(rows, to: store), of: store, readSize) == Self.header + rows, "\(folder)")
    }
  }

  @Test func `can be written past the cache and read through it, and the other way round`() throws {
    let folders = try Folders()
    defer { withExtendedLifetime(folders) {} }
    let rows = Self.rows(3_000_000)
    for (writing, reading) in [(0, Int.max), (Int.max, 0)] {
      let table = try Self.write(rows, to: FileStore(directory: folders.paths[0], cacheShare: writing))
      let store = FileStore(directory: folders.paths[0], cacheShare: reading)
      #expect(try Self.read(table, of: store, 65_536) == Self.header + rows)
    }
  }

  @Test func `appears only when it is complete`() throws {
    let folders = try Folders()
    defer { withExtendedLifetime(folders) {} }
    let store = FileStore(directory: folders.paths[0], cacheShare: 0)
    let table = TableName(.extract, "companies", "hubspot", chunk: 0)
    let writer = try store.writer(table, columns: ["a"], ofPart: 1)
    try Self.rows(2_000_000).withUnsafeBufferPointer { try writer.append($0) }
    #expect(!store.exists(table))
    writer.abandon()
    #expect(try FileManager.default.subpathsOfDirectory(atPath: store.directory).allSatisfy { !$0.contains(".csv") })
  }

  @Test func `is closed where its reader goes early`() throws {
    let folders = try Folders()
    defer { withExtendedLifetime(folders) {} }
    let store = FileStore(directory: folders.paths[0], cacheShare: 0)
    let table = try Self.write(Self.rows(4_000_000), to: store)
    for _ in 0..<50 {
      let reader = try store.reader(table)
      var start = [UInt8](repeating: 0, count: 10)
      #expect(try start.withUnsafeMutableBytes { try reader.read(into: $0) } == 10)
    }
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }
    #expect(!open.contains(store.path(table)))
  }

  @Test func `alone is read past the cache`() throws {
    let folders = try Folders()
    defer { withExtendedLifetime(folders) {} }
    let large = FileStore(directory: folders.paths[0], cacheShare: 0)
    let table = try Self.write(Self.rows(100), to: large)
    #expect(try large.reader(table) is DirectReader)
    #expect(try FileStore(directory: folders.paths[0], cacheShare: 1000).reader(table) is FileReader)
    // Only extract leaves tables of its sides that are read once, all of them.
    try large.share(table, as: TableName(.extract, "companies", "baseline", chunk: 0))
    #expect(try large.reader(TableName(.extract, "companies", "baseline", chunk: 0)) is FileReader)
  }

  // MARK: Support

  private static let header = Array("name,note\n".utf8)

  /// A folder on the disk, and one in memory, whose file system knows no disk.
  private final class Folders {
    private let keep: Sandbox
    let paths: [String]
    private let inMemory = "/dev/shm/resync-large-\(UUID().uuidString)"

    init() throws {
      keep = try Sandbox("large", onDisk: true)
      let isThere = FileManager.default.fileExists(atPath: "/dev/shm")
      if isThere { try FileManager.default.createDirectory(atPath: inMemory, withIntermediateDirectories: true) }
      paths = isThere ? [keep.path, inMemory] : [keep.path]
    }

    deinit { try? FileManager.default.removeItem(atPath: inMemory) }
  }

  private static func rows(_ length: Int) -> [UInt8] {
    (0..<length).map {
      $0 % 60 == 59 || $0 == length - 1 ? UInt8(ascii: "\n") : UInt8(truncatingIfNeeded: 65 + $0 % 26)
    }
  }

  /// Writes the rows a few at a time, as routing does.
  private static func write(_ rows: [UInt8], to store: FileStore) throws -> TableName {
    let table = TableName(.extract, "companies", "hubspot", chunk: 0)
    let writer = try store.writer(table, columns: ["name", "note"], ofPart: rows.count + 1)
    try rows.withUnsafeBufferPointer { bytes in
      for start in stride(from: 0, to: bytes.count, by: 50_000) {
        try writer.append(bytes.part(start, min(50_000, bytes.count - start)))
      }
    }
    try writer.commit()
    return table
  }

  private static func read(_ table: TableName, of store: FileStore, _ size: Int) throws -> [UInt8] {
    let reader = try store.reader(table)
    var piece = [UInt8](repeating: 0, count: size)
    var all: [UInt8] = []
    while true {
      let count = try piece.withUnsafeMutableBytes { try reader.read(into: $0) }
      if count == 0 { return all }
      all += piece[..<count]
    }
  }
}
