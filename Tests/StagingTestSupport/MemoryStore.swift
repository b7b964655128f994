import CSV
import Foundation
import Records
import Staging

/// A staging store that keeps its tables in memory, and hands them out in pieces of any size.
public final class MemoryStore: StagingStore, @unchecked Sendable {
  private let lock = NSLock()
  private var tables: [TableName: [UInt8]] = [:]
  private let pieceSize: Int

  /// Each read gives at most `pieceSize` bytes.
  public init(pieceSize: Int = .max) { self.pieceSize = pieceSize }

  /// The bytes of a table, or those that it is to have.
  public subscript(table: TableName) -> [UInt8]? {
    get { lock.withLock { tables[table] } }
    set { lock.withLock { tables[table] = newValue } }
  }

  /// As `StagingStore` has it.
  public func writer(_ table: TableName, columns: [String]) throws -> any TableWriter {
    var header = ByteBuffer()
    for (place, name) in columns.enumerated() {
      if place > 0 { header.append(",") }
      header.appendCSV(name)
    }
    header.append("\n")
    return Writer(self, table, Array(header.bytes))
  }

  /// As `StagingStore` has it.
  public func reader(_ table: TableName) throws -> any TableReader {
    guard let bytes = self[table] else { throw StagingError.missing(table) }
    return Reader(bytes, pieceSize)
  }

  /// As `StagingStore` has it.
  public func exists(_ table: TableName) -> Bool { self[table] != nil }

  /// As `StagingStore` has it.
  public func share(_ table: TableName, as other: TableName) throws {
    guard let bytes = self[table] else { throw StagingError.missing(table) }
    self[other] = bytes
  }

  /// As `StagingStore` has it.
  public func clear(_ stage: Stage, object: String) throws {
    lock.withLock { tables = tables.filter { $0.key.stage != stage || $0.key.object != object } }
  }

  private final class Writer: TableWriter {
    private let store: MemoryStore
    private let table: TableName
    private var bytes: [UInt8]

    init(_ store: MemoryStore, _ table: TableName, _ header: [UInt8]) {
      self.store = store
      self.table = table
      bytes = header
    }

    func append(_ rows: Bytes) throws { bytes += rows }
    func commit() throws { store[table] = bytes }
    func abandon() { bytes = [] }
  }

  private final class Reader: TableReader {
    private var rest: ArraySlice<UInt8>
    private let pieceSize: Int

    init(_ bytes: [UInt8], _ pieceSize: Int) {
      rest = bytes[...]
      self.pieceSize = pieceSize
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      let piece = rest.prefix(min(pieceSize, buffer.count))
      buffer.copyBytes(from: piece)
      rest = rest.dropFirst(piece.count)
      return piece.count
    }
  }
}
