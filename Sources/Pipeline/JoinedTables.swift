import CSV
import FileStaging
import Foundation
import Records
import Staging

/// Makes one file out of staged tables with the same columns: the header once, then their rows. Without rows there is no
/// file, and an older one of that name is removed. `noted` names the file among the digests of a run.
///
/// - Throws: `StagingError` if a table is missing, or the file cannot be written.
func joinTables(
  _ parts: [TableName], of store: any StagingStore, columns: [String], to path: String,
  noted: (digests: FileDigests, name: String)? = nil
) throws {
  let file = try DirectFile(path: path, noted: noted)
  var header = ByteBuffer()
  header.append(columns.joined(separator: ",") + "\n")
  try file.append(header.bytes)
  var rows = 0
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  for part in parts {
    let reader = try store.reader(part)
    var inHeader = true
    while true {
      let got = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
      if got == 0 { break }
      try buffer.withUnsafeBufferPointer { bytes in
        var piece = bytes.part(0, got)
        if inHeader {
          // Our own headers hold no line break.
          guard let end = piece.firstIndex(of: UInt8(ascii: "\n")) else { return }
          piece = piece.part(end + 1, piece.count - end - 1)
          inHeader = false
        }
        rows += piece.count
        try file.append(piece)
      }
    }
  }
  if rows > 0 {
    try file.commit()
  } else {
    file.abandon()
    unlink(path)
    if let (digests, name) = noted { digests.forget(prefix: name) }
  }
}
