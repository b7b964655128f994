import CRM
import CSV
import FileStaging
import Foundation
import Parallel
import Records
import Staging

/// Writes the rows of one file to the chunks where their partners are.
struct Router: Sendable {
  let plan: ObjectPlan
  let tables: SideTables
  let file: PreparedFile
  /// The number of the file in the run's list of inputs of this side.
  let number: Int
  let blocks: [FileIndex.Block]
  let columns: Columns
  /// The number of the file's first row among the rows of its side.
  let firstRow: Int
  let verdicts: [Verdict]
  let partners: [Int32]
  let chunkOf: @Sendable (Int) -> Int
  let chunkCount: Int

  /// Reads the blocks in parallel, and appends their rows to the tables in the order of the file.
  func run(_ workers: Workers, _ writers: [any TableWriter], _ rejects: any TableWriter, counts: RouteCounts) throws {
    let stations = Stations(workers.stations, chunks: chunkCount, columns: columns.places.count)
    let shared = Shared(writers: writers, rejects: rejects, counts: counts)
    try workers.inOrder(blocks.count) { station, piece in
      try route(blocks[piece], isFirst: piece == 0, &stations.each[station])
    } handOn: { station in
      try stations.each[station].flush(shared)
    }
  }

  private func route(_ block: FileIndex.Block, isFirst: Bool, _ station: inout Station) throws {
    let reader = try FileReader(path: file.path, offset: block.byte, length: block.length)
    // One byte more than the block has: the scanner must meet its end, or it would wait for the rest of a last row that has
    // no line end.
    var blocks = BlockScanner(
      delimiter: file.source.delimiter, blockSize: block.length + 1, byte: block.byte, line: block.line)
    let hasChanged = SourceError(
      file.displayName, "has changed while it was read: wait until it is whole, and run again")
    do {
      guard try blocks.next(into: &station.buffer, &station.index, read: reader.read) else { throw hasChanged }
    } catch is CSVError {
      // The first pass has read these bytes without a fault.
      throw hasChanged
    }
    var row = firstRow + block.firstRow
    for record in (isFirst ? 1 : 0)..<max(isFirst ? 1 : 0, station.index.recordCount) {
      let mark = station.index[record: record]
      guard row < verdicts.count else { throw hasChanged }
      let isReadable = verdicts[row] == .unreadable || Int(mark.fieldCount) == columns.count
      guard isReadable else { throw hasChanged }
      switch verdicts[row] {
      case .unreadable: break
      case .duplicateID: reject(mark, block, &station)
      default: append(mark, block, row, station)
      }
      row += 1
    }
  }

  private func append(_ mark: RecordMark, _ block: FileIndex.Block, _ row: Int, _ station: borrowing Station) {
    var info = RowInfo(
      row: Int32(row), line: block.line + Int(mark.line), byte: block.byte + Int(mark.offset),
      file: UInt16(truncatingIfNeeded: number), object: UInt8(truncatingIfNeeded: file.source.object))
    info.verdict = verdicts[row].rawValue
    info.partner = partners[row]
    for (cell, place) in columns.places.enumerated() {
      station.cells[cell] = place < 0 ? .absent : station.index[field: Int(mark.firstField) + place]
    }
    station.chunks.append(to: chunkOf(row)) { out in
      StagedRows.encode(info, withByte: true, into: &out)
      out.appendCSVCells(UnsafeBufferPointer(station.cells), of: station.buffer.base)
      out.append(UInt8(ascii: "\n"))
    }
  }

  private func reject(_ mark: RecordMark, _ block: FileIndex.Block, _ station: inout Station) {
    let place = columns.places[0]
    guard place >= 0 else { return }
    let field = station.index[field: Int(mark.firstField) + place]
    let raw = station.buffer.part(Int(field.offset), field.count)
    station.duplicates += 1
    let text = raw.text.trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: "\0")))
    var id = Array(text.utf8)
    if file.source.side == .salesforce, let key = id.withUnsafeBufferPointer({ SalesforceKey($0) }) {
      var whole = ByteBuffer(capacity: 18)
      key.write18(into: &whole)
      id = Array(whole.bytes)
    }
    id.withUnsafeBufferPointer {
      RejectRow.append(
        object: plan.object, side: file.source.side, recordID: $0, file: file.displayName,
        line: block.line + Int(mark.line), field: tables.extract.cells[0], value: $0, code: .duplicateID,
        into: &station.rejects)
    }
  }

  /// What the threads share; touched only when a station's rows are handed on.
  private struct Shared: @unchecked Sendable {
    let writers: [any TableWriter]
    let rejects: any TableWriter
    let counts: RouteCounts
  }

  /// The buffers of all stations.
  private final class Stations: @unchecked Sendable {
    let each: UnsafeMutablePointer<Station>
    private let count: Int

    init(_ count: Int, chunks: Int, columns: Int) {
      self.count = count
      each = .allocate(capacity: count)
      for station in 0..<count { (each + station).initialize(to: Station(chunks: chunks, columns: columns)) }
    }

    deinit {
      each.deinitialize(count: count)
      each.deallocate()
    }
  }

  /// The buffers for one block.
  private struct Station: ~Copyable {
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize + 4096)
    var index = RecordIndex()
    var rejects = ByteBuffer()
    var duplicates = 0
    let chunks: ChunkBuffers
    /// The cells of a row in the order of the table.
    let cells: UnsafeMutableBufferPointer<FieldRef>

    init(chunks count: Int, columns: Int) {
      chunks = ChunkBuffers(count)
      cells = .allocate(capacity: columns)
      cells.initialize(repeating: .absent)
    }

    deinit { cells.deallocate() }

    mutating func flush(_ shared: Shared) throws {
      try chunks.flush(to: shared.writers)
      if rejects.count > 0 { try shared.rejects.append(rejects.bytes) }
      shared.counts.duplicates += duplicates
      rejects.clear()
      duplicates = 0
    }
  }
}

/// What the routing of a side counts.
final class RouteCounts {
  var duplicates = 0
}
