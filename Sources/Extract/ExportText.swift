import CRM
import Foundation

/// Small files of a source as a whole: owners and users. They are read as the large ones are, unpacked and converted.
public enum ExportText {
  /// The texts of a file in UTF-8: one, or, of an archive, those of its CSV files.
  ///
  /// - Throws: `SourceError` if it is missing, is not in the declared encoding, or is a broken archive.
  public static func read(_ path: String, encoding: String?) throws -> [Data] {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("resync-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let source = SourceFile(
      source: "people", side: .hubspot, object: 0, path: path, displayName: path, encoding: encoding)
    return try PreparedFile.prepare(source, scratch: scratch).map { file in
      try Data(contentsOf: URL(fileURLWithPath: file.path)).dropFirst(file.start)
    }
  }
}
