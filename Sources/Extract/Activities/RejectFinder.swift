import Activities
import CRM
import CSV
import FileStaging
import Records
import Staging

/// Writes the rejects of a source whose rows are not staged: reads only the blocks in which rejected rows lie.
struct RejectFinder {
  let source: ActivitySource
  let scanned: ScannedSource
  let presences: [JoinResults.RejectedPresence]

  /// Appends the rows of `rejects.csv`, in the order of the files.
  ///
  /// - Throws: `StagingError` if a file or the store cannot be read or written.
  func write(to target: any TableWriter) throws {
    for (place, file) in scanned.files.enumerated() {
      let mine = presences.filter { $0.file == place }
      let rows = Set(file.unreadable).union(mine.map(\.row))
      guard !rows.isEmpty else { continue }
      for block in file.blocks.indices {
        let end = block + 1 < file.blocks.count ? file.blocks[block + 1].firstRow : file.rows
        let range = file.blocks[block].firstRow..<max(file.blocks[block].firstRow, end)
        guard rows.contains(where: { range.contains($0) }) else { continue }
        try write(
          file.blocks[block], file, rows, Dictionary(grouping: mine, by: \.row), isFirst: block == 0, to: target)
      }
    }
  }

  private func write(
    _ block: FileIndex.Block, _ file: ScannedFile, _ rows: Set<Int>,
    _ presences: [Int: [JoinResults.RejectedPresence]], isFirst: Bool, to target: any TableWriter
  ) throws {
    let input = try FileReader(path: file.file.path, offset: block.byte, length: block.length)
    var blocks = BlockScanner(
      delimiter: file.file.source.delimiter, blockSize: block.length + 1, byte: block.byte, line: block.line)
    var buffer = ByteBuffer(capacity: block.length + 64)
    var index = RecordIndex()
    guard try blocks.next(into: &buffer, &index, read: input.read) else { return }
    var reader = RowReader(source, file.columns, file.file.source)
    var out = ByteBuffer()
    var row = block.firstRow
    for record in (isFirst ? 1 : 0)..<max(isFirst ? 1 : 0, index.recordCount) {
      defer { row += 1 }
      guard rows.contains(row) else { continue }
      let mark = index[record: record]
      let line = block.line + Int(mark.line)
      for presence in presences[row] ?? [] {
        presence.id.withUnsafeBufferPointer { id in
          presence.value.withUnsafeBufferPointer { value in
            RejectRow.append(
              object: source.name, side: source.side, recordID: id, file: file.file.displayName, line: line,
              field: presence.field, value: value, code: presence.code, into: &out)
          }
        }
      }
      guard presences[row] == nil else { continue }
      let code = reader.read(index, mark, buffer)
      RejectRow.append(
        object: source.name, side: source.side, recordID: code == .invalidEncoding ? .none : reader.id.bytes,
        file: file.file.displayName, line: line, field: "", value: .none, code: code, into: &out)
    }
    try target.append(out.bytes)
  }
}
