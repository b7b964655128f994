import CRM
import CSV
import FileStaging
import Foundation
import Parallel
import Records
import Staging

/// Makes the index of one file in one pass, by as many threads as come.
///
/// One thread at a time cuts off a block; it reads what pairing needs of its rows while the next thread cuts. What they have
/// found is put together in the order of the file. So a side whose export is much the larger does not keep one thread at work
/// and the others waiting.
final class FileIndexer: @unchecked Sendable {
  private let plan: ObjectPlan
  private let tables: SideTables
  private let file: PreparedFile

  // Touched only by the thread that holds `cutting`.
  private let cutting = NSLock()
  private var hasEnded = false
  private var digest: HashingReader?
  private var scanner: BlockScanner
  private var columns: Columns?
  private var blocks: [FileIndex.Block] = []
  private var rows = 0

  // Touched only inside `order.deliver`.
  private let order = InOrder()
  private var pairing: SideIndex
  private var rejects = ByteBuffer()
  private var unreadable = 0
  private var encodings = EncodingCensus()

  /// `scratch` is a folder for what of the index need not be in memory.
  init(_ plan: ObjectPlan, _ tables: SideTables, _ file: PreparedFile, scratch: String) {
    self.plan = plan
    self.tables = tables
    self.file = file
    scanner = BlockScanner(delimiter: file.source.delimiter, byte: file.start)
    pairing = SideIndex(file.source.side, plan, spill: ColumnFile(in: scratch))
  }

  /// Works on the file until nothing of it is left to begin with.
  ///
  /// - Throws: `SourceError` if the file is refused whole, `StagingError` if it cannot be read or its index not be written.
  func work() throws {
    guard cutting.withLock({ !hasEnded }) else { return }
    var indexer = BlockIndexer(plan, tables, file)
    do {
      while let block = try cut(into: &indexer) {
        try indexer.read(block)
        try order.deliver(block.number) { try take(&indexer) }
      }
    } catch {
      cutting.withLock { hasEnded = true }
      order.cancel()
      throw error
    }
  }

  /// When all threads have come to rest: the index. `maxInvalid` gives, for a number of rows, how many cells may be no UTF-8.
  ///
  /// - Throws: `SourceError` if the file has no header, or is in another encoding than it is declared to be.
  func finish(maxInvalid: (Int) -> Int) throws -> FileIndex {
    guard let columns, let digest else {
      throw SourceError(file.displayName, line: 1, "has no header: export it with column names")
    }
    for place in blocks.indices {
      let end = place + 1 < blocks.count ? blocks[place + 1].byte : digest.total
      blocks[place].length = end - blocks[place].byte
    }
    try encodings.check(file.displayName, allowed: maxInvalid(rows))
    defer { pairing = SideIndex(file.source.side, plan, spill: nil) }
    return FileIndex(
      blocks: blocks, rows: rows, pairing: pairing, unreadable: unreadable, rejects: Array(rejects.bytes),
      columns: columns, digest: digest.hex(), bytes: digest.total)
  }

  // MARK: One thread at a time

  /// Cuts off the next block that has rows, or could have; nil when none is left.
  private func cut(into indexer: inout BlockIndexer) throws -> BlockIndexer.Block? {
    cutting.lock()
    defer { cutting.unlock() }
    guard !hasEnded else { return nil }
    // Whatever happens now, nobody goes on behind it.
    hasEnded = true
    let digest = try opened()
    while try next(&indexer, digest) {
      var first = 0
      if columns == nil, indexer.index.recordCount > 0 {
        columns = try header(indexer)
        first = 1
      }
      guard let columns else { continue }
      let place = FileIndex.Block(byte: scanner.byte, line: scanner.line, firstRow: rows, length: 0)
      let block = BlockIndexer.Block(number: blocks.count, firstRecord: first, columns: columns, place: place)
      blocks.append(place)
      rows += indexer.index.recordCount - first
      guard rows <= Int(Int32.max) else { throw SourceError(file.displayName, "has more than 2,147,483,647 rows") }
      hasEnded = false
      return block
    }
    return nil
  }

  private func opened() throws -> HashingReader {
    if let digest { return digest }
    let reader = try FileReader(path: file.path, offset: file.start)
    let opened = try HashingReader(reader, prefixOf: file.path, bytes: file.start)
    digest = opened
    return opened
  }

  private func next(_ indexer: inout BlockIndexer, _ digest: HashingReader) throws -> Bool {
    do {
      return try scanner.next(into: &indexer.buffer, &indexer.index, read: digest.read)
    } catch let error as CSVError {
      throw SourceError(file.displayName, error, line: scanner.line, byte: scanner.byte)
    } catch BlockError.recordTooLong(let line) {
      throw SourceError(
        file.displayName, line: line, byte: scanner.byte,
        "the row that begins here is longer than 256 MB: is a quote missing?")
    }
  }

  private func header(_ indexer: borrowing BlockIndexer) throws -> Columns {
    let mark = indexer.index[record: 0]
    let names = indexer.index.fields(of: mark).map { indexer.buffer.part(Int($0.offset), $0.count).text }
    guard mark.fault == .none else {
      throw SourceError(file.displayName, line: scanner.line, "the header has a stray quote: mend it")
    }
    return try Columns(
      header: names, line: scanner.line + Int(mark.line), file, tables,
      needed: SideTables.needed(plan, file.source.side, object: file.source.object))
  }

  // MARK: In the order of the file

  private func take(_ indexer: inout BlockIndexer) throws {
    try pairing.append(indexer.pairing)
    rejects.append(indexer.rejects.bytes)
    unreadable += indexer.unreadable
    encodings.add(indexer.encodings)
    indexer.clear()
  }
}
