import CRM
import CSV
import Records
import Staging

/// Where a row begins in its file.
private struct RowPlace {
  var line: Int
  var byte: Int
}

/// Reads what pairing needs of the rows of one block: the buffers of one thread.
struct BlockIndexer: ~Copyable {
  /// A block that was cut off.
  struct Block {
    var number: Int
    /// Its first record that is a row: 1 where it begins with the header.
    var firstRecord: Int
    var columns: Columns
    var place: FileIndex.Block
  }

  /// The bytes of the block, and its records.
  var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
  var index = RecordIndex()
  /// What was found in it.
  private(set) var pairing: SideIndex
  private(set) var rejects = ByteBuffer()
  private(set) var unreadable = 0
  private(set) var encodings = EncodingCensus()

  private let plan: ObjectPlan
  private let file: PreparedFile
  private var cells: CellReader

  init(_ plan: ObjectPlan, _ tables: SideTables, _ file: PreparedFile) {
    self.plan = plan
    self.file = file
    cells = CellReader(plan, tables, file.source)
    pairing = SideIndex(file.source.side, plan, spill: nil)
  }

  /// Forgets what was found; the memory stays.
  mutating func clear() {
    pairing.clear()
    rejects.clear()
    unreadable = 0
    encodings = EncodingCensus()
  }

  /// Reads the rows of the block that `buffer` and `index` hold.
  ///
  /// - Throws: nothing but what a column of the index would.
  mutating func read(_ block: Block) throws {
    // The array is opened once, not for every cell.
    try block.columns.places.withUnsafeBufferPointer { try read(block, columns: $0) }
  }

  private mutating func read(_ block: Block, columns: UnsafeBufferPointer<Int>) throws {
    let isClean = buffer.bytes.isUTF8
    for record in block.firstRecord..<max(block.firstRecord, index.recordCount) {
      let mark = index[record: record]
      let place = RowPlace(line: block.place.line + Int(mark.line), byte: block.place.byte + Int(mark.offset))
      if !isClean { encodings.count(index, mark, buffer, line: place.line) }
      if mark.fault != .none {
        try reject(mark.fault, value: .none, place)
      } else if Int(mark.fieldCount) != block.columns.count {
        try reject(.raggedRow, value: .none, place)
      } else {
        try add(mark, columns, place)
      }
    }
  }

  private mutating func add(_ mark: RecordMark, _ columns: UnsafeBufferPointer<Int>, _ place: RowPlace) throws {
    let fields = index.fields(of: mark)
    let bytes = buffer.bytes
    func raw(_ column: Int) -> Bytes {
      let place = column < 0 ? -1 : columns[column]
      guard place >= 0 else { return .none }
      return bytes.part(Int(fields[place].offset), fields[place].count)
    }
    let code: IssueCode
    switch pairing.side {
    case .hubspot: code = try cells.read(into: &pairing.hubspot, raw)
    case .salesforce: code = try cells.read(into: &pairing.salesforce, raw)
    }
    if code != .none { try reject(code, value: raw(0), place, hasRow: true) }
  }

  /// Notes a row that cannot be read. Its place in the index stays, so that rows keep their numbers.
  private mutating func reject(_ code: IssueCode, value: Bytes, _ place: RowPlace, hasRow: Bool = false) throws {
    unreadable += 1
    if !hasRow { try pairing.appendUnreadable(file.source) }
    let field = file.source.side == .hubspot ? "hs_object_id" : "Id"
    let isUTF8 = value.isUTF8
    RejectRow.append(
      object: plan.object, side: file.source.side, recordID: isUTF8 ? value : .none, file: file.displayName,
      line: place.line, field: code == .raggedRow || code == .malformedQuote ? "" : field,
      value: isUTF8 ? value : .none, code: code, byte: place.byte, into: &rejects)
  }
}
