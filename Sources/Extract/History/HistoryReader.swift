import CRM
import CSV
import FileStaging
import Foundation
import Records
import Staging

/// Reads the entries of one history file: CSV, or HubSpot's JSON (spec, semantics 8). Memory: a block of the file.
struct HistoryReader {
  let file: PreparedFile

  /// A row that cannot be read, where, and why.
  typealias Fault = (code: IssueCode, line: Int)

  /// Calls `body` with every entry and its line, `fault` with every row that is none. Gives the digest and the number of
  /// entries of the file.
  ///
  /// - Throws: `SourceError` if the file is refused whole.
  func read(
    _ body: (HistoryEntry, Int) throws -> Void, fault: (Fault) throws -> Void
  ) throws -> (digest: String, bytes: Int, rows: Int) {
    if try isJSON() { return try readJSON(body) }
    let delimiter = try delimiter()
    let reader = try FileReader(path: file.path, offset: file.start)
    let digest = try HashingReader(reader, prefixOf: file.path, bytes: file.start)
    var blocks = BlockScanner(delimiter: delimiter, byte: file.start)
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var columns: HistoryColumns?
    var rows = 0
    do {
      while try blocks.next(into: &buffer, &index, read: digest.read) {
        for record in 0..<index.recordCount {
          let mark = index[record: record]
          let line = blocks.line + Int(mark.line)
          guard let known = columns else {
            columns = HistoryColumns(Self.cells(mark, index, buffer).map(\.text), file.source)
            continue
          }
          rows += 1
          guard mark.fault == .none else {
            try fault((mark.fault, line))
            continue
          }
          guard Int(mark.fieldCount) == known.count else {
            try fault((.raggedRow, line))
            continue
          }
          func cell(_ place: Int) -> Bytes {
            let field = index[field: Int(mark.firstField) + place]
            return buffer.part(Int(field.offset), field.count)
          }
          try body(
            HistoryEntry(
              id: cell(known.id), field: cell(known.field), time: cell(known.time), source: cell(known.source)), line)
        }
      }
    } catch let error as CSVError {
      throw SourceError(file.displayName, line: blocks.line, error.description)
    } catch BlockError.recordTooLong(let line) {
      throw SourceError(
        file.displayName, line: line, "the row that begins here is longer than 256 MB: is a quote missing?")
    }
    return (digest.hex(), digest.total, rows)
  }

  private static func cells(
    _ mark: RecordMark, _ index: borrowing RecordIndex, _ buffer: borrowing ByteBuffer
  ) -> [Bytes] {
    var cells: [Bytes] = []
    for place in 0..<Int(mark.fieldCount) {
      let field = index[field: Int(mark.firstField) + place]
      cells.append(buffer.part(Int(field.offset), field.count))
    }
    return cells
  }

  /// History comes from another export than the records, so its delimiter is found out: the one that gives a header with
  /// the columns of a history.
  private func delimiter() throws -> UInt8 {
    for candidate in [UInt8(ascii: ","), file.source.delimiter, UInt8(ascii: ";"), UInt8(ascii: "\t")] {
      let reader = try FileReader(path: file.path, offset: file.start)
      var blocks = BlockScanner(delimiter: candidate, blockSize: 1 << 16)
      var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
      var index = RecordIndex()
      do {
        guard try blocks.next(into: &buffer, &index, read: reader.read), index.recordCount > 0 else { continue }
      } catch is CSVError {
        continue
      } catch is BlockError {
        continue
      }
      let header = Self.cells(index[record: 0], index, buffer).map(\.text)
      if HistoryColumns(header, file.source) != nil { return candidate }
    }
    let needed = HistoryColumns.names(file.source).map { $0.joined(separator: " or ") }.joined(separator: ", ")
    throw SourceError(file.displayName, line: 1, "is no field history: its header needs the columns \(needed)")
  }

  // MARK: JSON

  private func isJSON() throws -> Bool {
    guard file.source.side == .hubspot else { return false }
    let reader = try FileReader(path: file.path, offset: file.start, length: 64)
    var start = [UInt8](repeating: 0, count: 64)
    let count = try start.withUnsafeMutableBytes { try reader.read(into: $0) }
    let first = start[..<count].first { ![9, 10, 13, 32].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private func readJSON(
    _ body: (HistoryEntry, Int) throws -> Void
  ) throws -> (digest: String, bytes: Int, rows: Int) {
    let reader = try FileReader(path: file.path, offset: file.start)
    let digest = try HashingReader(reader, prefixOf: file.path, bytes: file.start)
    var records = JSONRecords()
    var rows = 0
    func damaged(_ line: Int) -> SourceError {
      SourceError(
        file.displayName, line: line,
        "is not what HubSpot's API returns: {\"results\":[{\"id\":…,\"propertiesWithHistory\":{…}}]}")
    }
    do {
      try records.read(digest.read) { bytes, line in
        let data = Data(UnsafeRawBufferPointer(bytes))
        guard let record = try? JSONDecoder().decode(HistoryRecord.self, from: data) else { throw damaged(line) }
        try record.forEachEntry { entry in
          rows += 1
          try body(entry, line)
        }
      }
    } catch JSONRecords.Fault.notRecords(let line) {
      throw damaged(line)
    }
    return (digest.hex(), digest.total, rows)
  }
}
