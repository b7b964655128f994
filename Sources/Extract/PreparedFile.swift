import CLibArchive
import FileStaging
import Foundation
import Records
import Staging

/// A source as plain UTF-8 that can be read from any byte: the file itself, or an unpacked or converted copy of it.
struct PreparedFile: Sendable {
  let source: SourceFile
  /// The file to read; a copy lies in the run's scratch folder.
  let path: String
  /// Where the header begins, behind a byte order mark.
  let start: Int
  /// As messages name it; a file of an archive is `exports.zip/Account.csv`.
  let displayName: String

  /// Makes the sources readable. Archives are unpacked, other encodings converted, and rows of a database copied into
  /// `scratch`; of a database only `columns` are read, or, where the source is a field history, the columns of one.
  ///
  /// - Throws: `SourceError` if a file is missing, is not the declared encoding, or is a broken archive.
  static func prepare(
    _ source: SourceFile, scratch: String, columns: [String] = [], isHistory: Bool = false
  ) throws -> [PreparedFile] {
    if let database = source.database {
      let copies =
        isHistory
        ? try database.copy(history: HistoryColumns.names(source), into: scratch)
        : try database.copy(columns, into: scratch)
      return copies.enumerated().map { number, path in
        let part = copies.count > 1 ? "/part \(number + 1)" : ""
        return PreparedFile(source: source, path: path, start: 0, displayName: source.displayName + part)
      }
    }
    guard access(source.path, R_OK) == 0 else {
      let why = String(cString: strerror(errno))
      throw SourceError(source.displayName, "cannot be read (\(why)): check the path in the pipeline")
    }
    var files = [(source.path, source.displayName)]
    if isPacked(source.path) {
      files = try Archive.unpack(source, into: scratch)
    }
    return try files.map { path, name in
      var path = path
      if let encoding = source.encoding, !isUTF8(encoding) {
        path = try Encoding.convert(path, from: encoding, displayName: name, into: scratch)
      }
      return PreparedFile(source: source, path: path, start: try startOfText(path, name), displayName: name)
    }
  }

  private static func isPacked(_ path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".gz") || name.hasSuffix(".zip")
  }

  private static func isUTF8(_ encoding: String) -> Bool {
    ["utf8", "utf-8", "us-ascii", "ascii"].contains(encoding.lowercased())
  }

  /// The length of a byte order mark; that of another encoding refuses the file.
  private static func startOfText(_ path: String, _ name: String) throws -> Int {
    let reader = try FileReader(path: path, length: 4)
    var mark: [UInt8] = [0, 0, 0, 0]
    let count = try mark.withUnsafeMutableBytes { try reader.read(into: $0) }
    let bytes = Array(mark[..<count])
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return 3 }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw SourceError(name, line: 1, "begins with the mark of UTF-16, not UTF-8: declare `encoding: utf-16` for it")
    }
    return 0
  }
}

/// Unpacks `.gz` and `.zip` with libarchive.
private enum Archive {
  static func unpack(_ source: SourceFile, into scratch: String) throws -> [(String, String)] {
    guard let archive = archive_read_new() else { throw SourceError(source.displayName, "no memory to unpack it") }
    defer { archive_read_free(archive) }
    archive_read_support_filter_gzip(archive)
    archive_read_support_format_zip(archive)
    archive_read_support_format_raw(archive)
    func refuse() -> SourceError {
      let why = archive_error_string(archive).map { String(cString: $0) } ?? "it ends too early"
      return SourceError(source.displayName, "cannot be unpacked (\(why)): export it again")
    }
    guard archive_read_open_filename(archive, source.path, 1 << 16) == ARCHIVE_OK else { throw refuse() }
    var files: [(String, String)] = []
    var limit = try UnpackLimit(source)
    var entry: OpaquePointer?
    while true {
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { break }
      // A warning is about the name: one that is not ASCII cannot be shown in every locale, and is for messages only.
      guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw refuse() }
      guard archive_entry_filetype(entry) & S_IFMT == S_IFREG || archive_format(archive) == ARCHIVE_FORMAT_RAW else {
        continue
      }
      let shown = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
      let name = shown.map { String(cString: $0).withoutControls } ?? "file \(files.count + 1)"
      let isPart = archive_format(archive) != ARCHIVE_FORMAT_RAW
      if isPart && shown != nil && !name.lowercased().hasSuffix(".csv") { continue }
      // What macOS packs beside each file: its attributes, under the file's name.
      if isPart && name.split(separator: "/").contains(where: { $0 == "__MACOSX" || $0.hasPrefix("._") }) { continue }
      // The name inside the archive is for messages only: the copy has a name of our own.
      let path = "\(scratch)/\(source.source.replacingOccurrences(of: "/", with: "-"))-\(UUID().uuidString).csv"
      let file = try AtomicFile(path: path)
      var buffer = [UInt8](repeating: 0, count: 1 << 18)
      while true {
        let got = buffer.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
        guard got >= 0 else { throw refuse() }
        if got == 0 { break }
        try limit.count(got)
        try buffer.withUnsafeBufferPointer { try file.append($0.part(0, got)) }
      }
      try limit.countFile()
      try file.commit()
      files.append((path, isPart ? "\(source.displayName)/\(name)" : source.displayName))
    }
    guard !files.isEmpty else { throw SourceError(source.displayName, "holds no CSV file") }
    return files.sorted { $0.1 < $1.1 }
  }
}

/// Converts other encodings to UTF-8 with the system's iconv.
private enum Encoding {
  static func convert(_ path: String, from encoding: String, displayName: String, into scratch: String) throws -> String
  {
    guard let converter = iconv_open("UTF-8", encoding), converter != iconv_t(bitPattern: -1) else {
      throw SourceError(
        displayName, "the encoding \(encoding) is not known: use utf-8, utf-16, iso-8859-1 or windows-1252")
    }
    defer { iconv_close(converter) }
    let target = "\(scratch)/converted-\(UUID().uuidString).csv"
    let file = try AtomicFile(path: target)
    let reader = try FileReader(path: path)
    var input = [UInt8](repeating: 0, count: 1 << 16)
    var output = [UInt8](repeating: 0, count: 1 << 18)
    var kept = 0
    var position = 0
    var lineEnds = 0
    while true {
      let got = try input.withUnsafeMutableBytes {
        try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[kept...]))
      }
      let available = kept + got
      if available == 0 { break }
      let (used, made, isImpossible) = step(converter, &input, available, &output)
      try output.withUnsafeBufferPointer { bytes in
        try file.append(bytes.part(0, made))
        lineEnds += bytes.part(0, made).count { $0 == UInt8(ascii: "\n") }
      }
      position += used
      let isCut = got == 0 && used < available
      if isImpossible || isCut {
        throw SourceError(
          displayName, line: lineEnds + 1, byte: position,
          "what stands here is impossible in \(encoding): declare the encoding that the file has")
      }
      kept = available - used
      // What is left is the start of a character whose end comes with the next piece.
      for place in 0..<kept { input[place] = input[used + place] }
      if got == 0 && kept == 0 { break }
    }
    try file.commit()
    return target
  }

  /// One call of iconv: bytes used, bytes made, and whether it met an impossible byte.
  private static func step(
    _ converter: iconv_t, _ input: inout [UInt8], _ available: Int, _ output: inout [UInt8]
  ) -> (Int, Int, Bool) {
    input.withUnsafeMutableBytes { from in
      output.withUnsafeMutableBytes { to in
        var source = from.baseAddress?.assumingMemoryBound(to: CChar.self)
        var target = to.baseAddress?.assumingMemoryBound(to: CChar.self)
        var left = available
        var room = to.count
        let result = iconv(converter, &source, &left, &target, &room)
        let isImpossible = result == -1 && errno == EILSEQ
        return (available - left, to.count - room, isImpossible)
      }
    }
  }
}
