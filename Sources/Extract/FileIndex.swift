import CRM
import CSV
import FileStaging
import Foundation
import Records
import Staging

/// What one pass over an export file leaves: where its blocks of rows begin, what pairing needs to know of each row, and the
/// rows that cannot be read.
struct FileIndex {
  /// A run of whole records, that can be read again on its own.
  struct Block {
    var byte: Int
    var line: Int
    /// The number of its first row within the file.
    var firstRow: Int
    var length: Int
  }

  var blocks: [Block] = []
  var rows = 0
  var hubspot: HubSpotIndex
  var salesforce: SalesforceIndex
  var unreadable = 0
  /// Rows of `rejects.csv`.
  var rejects: [UInt8] = []
  var columns: Columns
  /// XXH128 of the file as it lies on disk.
  var digest: String
  var bytes: Int
}

/// Where a row begins in its file.
private struct RowPlace {
  var line: Int
  var byte: Int
}

/// Makes the index of one file: one thread, one pass.
struct FileIndexer: ~Copyable {
  private let plan: ObjectPlan
  private let tables: SideTables
  private let file: PreparedFile
  private var cells: CellReader
  private var hubspot: HubSpotIndex
  private var salesforce: SalesforceIndex
  private var rejects = ByteBuffer()
  private var unreadable = 0
  private var rows = 0
  private var encodings = EncodingCensus()

  /// `scratch` is a folder for what of the index need not be in memory.
  init(_ plan: ObjectPlan, _ tables: SideTables, _ file: PreparedFile, scratch: String) {
    self.plan = plan
    self.tables = tables
    self.file = file
    cells = CellReader(plan, tables, file.source)
    let spill = ColumnFile(in: scratch)
    hubspot = HubSpotIndex(keyCount: plan.keys.count, spill: spill)
    salesforce = SalesforceIndex(keyCount: plan.keys.count, spill: spill)
    salesforce.holdsHubSpotIDs = plan.hubspotIDField != nil
  }

  /// Reads the file once. `maxInvalid` gives, for a number of rows, how many cells may be no UTF-8.
  ///
  /// - Throws: `SourceError` if the file is refused whole.
  mutating func run(maxInvalid: (Int) -> Int) throws -> FileIndex {
    let reader = try FileReader(path: file.path, offset: file.start)
    let digest = try HashingReader(reader, prefixOf: file.path, bytes: file.start)
    var blocks = BlockScanner(delimiter: file.source.delimiter, byte: file.start)
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var columns: Columns?
    var list: [FileIndex.Block] = []
    do {
      while try blocks.next(into: &buffer, &index, read: digest.read) {
        var first = 0
        if columns == nil, index.recordCount > 0 {
          columns = try header(index, buffer, line: blocks.line)
          first = 1
        }
        guard let columns else { continue }
        list.append(.init(byte: blocks.byte, line: blocks.line, firstRow: rows, length: 0))
        try read(index, from: first, buffer, columns, line: blocks.line, byte: blocks.byte)
      }
    } catch let error as CSVError {
      throw SourceError(file.displayName, error, line: blocks.line, byte: blocks.byte)
    } catch BlockError.recordTooLong(let line) {
      throw SourceError(
        file.displayName, line: line, byte: blocks.byte,
        "the row that begins here is longer than 256 MB: is a quote missing?")
    }
    guard let columns else {
      throw SourceError(file.displayName, line: 1, "has no header: export it with column names")
    }
    for place in list.indices {
      let end = place + 1 < list.count ? list[place + 1].byte : digest.total
      list[place].length = end - list[place].byte
    }
    try encodings.check(file.displayName, allowed: maxInvalid(rows))
    return FileIndex(
      blocks: list, rows: rows, hubspot: hubspot, salesforce: salesforce, unreadable: unreadable,
      rejects: Array(rejects.bytes), columns: columns, digest: digest.hex(), bytes: digest.total)
  }

  private func header(_ index: borrowing RecordIndex, _ buffer: borrowing ByteBuffer, line: Int) throws -> Columns {
    let mark = index[record: 0]
    let names = (0..<Int(mark.fieldCount)).map { cell in
      let field = index[field: Int(mark.firstField) + cell]
      return buffer.part(Int(field.offset), field.count).text
    }
    guard mark.fault == .none else {
      throw SourceError(file.displayName, line: line, "the header has a stray quote: mend it")
    }
    return try Columns(
      header: names, line: line + Int(mark.line), file, tables,
      needed: SideTables.needed(plan, file.source.side, object: file.source.object))
  }

  // MARK: Rows

  private mutating func read(
    _ index: borrowing RecordIndex, from first: Int, _ buffer: borrowing ByteBuffer, _ columns: Columns, line: Int,
    byte: Int
  ) throws {
    let isClean = buffer.bytes.isUTF8
    for record in first..<max(first, index.recordCount) {
      let mark = index[record: record]
      let place = RowPlace(line: line + Int(mark.line), byte: byte + Int(mark.offset))
      rows += 1
      guard rows <= Int(Int32.max) else { throw SourceError(file.displayName, "has more than 2,147,483,647 rows") }
      if !isClean { encodings.count(index, mark, buffer, line: place.line) }
      if mark.fault != .none {
        try reject(mark.fault, value: .none, place)
      } else if Int(mark.fieldCount) != columns.count {
        try reject(.raggedRow, value: .none, place)
      } else {
        try add(index, mark, buffer, columns, place)
      }
    }
  }

  private mutating func add(
    _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer, _ columns: Columns,
    _ place: RowPlace
  ) throws {
    let first = Int(mark.firstField)
    func raw(_ column: Int) -> Bytes {
      let place = column < 0 ? -1 : columns.places[column]
      guard place >= 0 else { return .none }
      let field = index[field: first + place]
      return buffer.part(Int(field.offset), field.count)
    }
    let code: IssueCode
    switch file.source.side {
    case .hubspot: code = try cells.read(into: &hubspot, raw)
    case .salesforce: code = try cells.read(into: &salesforce, raw)
    }
    if code != .none { try reject(code, value: raw(0), place, hasRow: true) }
  }

  /// Notes a row that cannot be read. Its place in the index stays, so that rows keep their numbers.
  private mutating func reject(_ code: IssueCode, value: Bytes, _ place: RowPlace, hasRow: Bool = false) throws {
    unreadable += 1
    if !hasRow {
      switch file.source.side {
      case .hubspot: try hubspot.appendUnreadable()
      case .salesforce: try salesforce.appendUnreadable(object: UInt8(truncatingIfNeeded: file.source.object))
      }
    }
    let field = file.source.side == .hubspot ? "hs_object_id" : "Id"
    let isUTF8 = value.isUTF8
    RejectRow.append(
      object: plan.object, side: file.source.side, recordID: isUTF8 ? value : .none, file: file.displayName,
      line: place.line, field: code == .raggedRow || code == .malformedQuote ? "" : field,
      value: isUTF8 ? value : .none, code: code, byte: place.byte, into: &rejects)
  }
}
