import CSV
import FileStaging
import Foundation
import Records
import Staging

/// The header of an export file and its first rows as text: for those who have to find out what a file is.
public struct ExportHead: Sendable {
  /// The names of the columns, without blanks at their ends.
  public let columns: [String]
  /// The first rows that can be read.
  public let rows: [[String]]
  /// Whether these are all rows of the file.
  public let isWhole: Bool

  /// The start of what is no file.
  init(columns: [String], rows: [[String]], isWhole: Bool) {
    self.columns = columns
    self.rows = rows
    self.isWhole = isWhole
  }

  /// Reads the start of a file as a run would read it: packed files and other encodings too. A file of several packed
  /// ones is known by its first.
  ///
  /// - Throws: `SourceError` if the file cannot be read, or has no header.
  public init(_ source: SourceFile, maxRows: Int) throws {
    let scratch = FileManager.default.temporaryDirectory.path + "/resync-head-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    guard let file = try PreparedFile.prepare(source, scratch: scratch).first else {
      throw SourceError(source.displayName, "holds no file")
    }
    let reader = try FileReader(path: file.path, offset: file.start)
    var blocks = BlockScanner(delimiter: source.delimiter, byte: file.start)
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var records: [[String]] = []
    var isWhole = true
    do {
      while try blocks.next(into: &buffer, &index, read: reader.read) {
        for record in 0..<index.recordCount where index[record: record].fault == .none {
          let fields = index.fields(of: index[record: record])
          records.append(fields.map { buffer.part(Int($0.offset), $0.count).text })
        }
        guard records.count <= maxRows else {
          isWhole = false
          break
        }
      }
    } catch let error as CSVError {
      throw SourceError(source.displayName, "\(error)")
    } catch let error as BlockError {
      throw SourceError(source.displayName, "\(error)")
    }
    guard let header = records.first else { throw SourceError(source.displayName, "has no header") }
    columns = header.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    let width = header.count
    rows = records.dropFirst().prefix(maxRows).filter { $0.count == width }
    self.isWhole = isWhole
  }

  /// The cells of a column that are not blank; none if there is no such column.
  public func values(of column: String) -> [String] {
    guard let place = columns.firstIndex(of: column) else { return [] }
    return rows.map { $0[place] }.filter { !$0.isEmpty }
  }
}
