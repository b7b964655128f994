import CSV
import Foundation
import Records
import Staging

/// The ledger of activities in files: `STAGING/PIPELINE/ledger/NNNNNN-RUN/CHUNK.csv`, and the digests of the import beside
/// them. The number orders the runs. `CHUNK.lengths` says how long both are: rows that went missing would be loaded twice.
public struct FileLedger: ActivityLedger {
  private let directory: String

  /// The ledger under a pipeline's folder.
  public init(pipeline: PipelineDirectory) { directory = "\(pipeline.path)/ledger" }

  private struct Folder {
    var number: Int
    var run: String
    var name: String
  }

  private func folders() throws -> [Folder] {
    guard access(directory, F_OK) == 0 else { return [] }
    return try names(in: directory).compactMap { name in
      guard let dash = name.firstIndex(of: "-"), let number = Int(name[..<dash]) else { return nil }
      return Folder(number: number, run: String(name[name.index(after: dash)...]), name: name)
    }.sorted { $0.number < $1.number }
  }

  private func names(in folder: String) throws -> [String] {
    try namesInFolder(folder, "cannot read the ledger in \(folder)")
  }

  /// The runs in the order of their first load.
  ///
  /// - Throws: `StagingError.failed` if a folder cannot be read.
  public func runs() throws -> [LedgerRun] {
    try folders().map { folder in
      let chunks = try names(in: "\(directory)/\(folder.name)").compactMap { name -> Int? in
        if name.hasSuffix(".csv") { return Int(name.dropLast(4)) }
        // One whose rows are gone is not forgotten: whoever reads it is told.
        guard name.hasSuffix(".lengths"), let chunk = Int(name.dropLast(8)) else { return nil }
        return LedgerLengths(path(folder.name, chunk, "lengths"))?.isFinal == true ? chunk : nil
      }
      return LedgerRun(name: folder.run, chunks: Set(chunks).sorted())
    }
  }

  /// Opens a chunk's rows or digests.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func reader(_ run: String, chunk: Int, _ part: LedgerPart) throws -> (any TableReader)? {
    guard let folder = try folders().first(where: { $0.run == run }) else { return nil }
    let path = path(folder.name, chunk, part)
    return access(path, F_OK) == 0 ? try FileReader(path: path) : nil
  }

  /// Begins a chunk's rows or digests; a run that is new gets the next number.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func writer(
    _ run: String, chunk: Int, _ part: LedgerPart, columns: [String]
  ) throws -> any TableWriter {
    let all = try folders()
    let number = (all.last?.number ?? 0) + 1
    let folder = all.first { $0.run == run }?.name ?? "\(number.padded(to: 6))-\(run)"
    let file = try AtomicFile(path: path(folder, chunk, part))
    try file.append(columns.joined(separator: ",") + "\n")
    return file
  }

  /// Commits the files one after the other. Until all are there, the lengths of before count too.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func commit(_ parts: [any TableWriter]) throws {
    let files = parts.compactMap { $0 as? AtomicFile }
    guard let first = files.first else { return }
    let path = (first.path as NSString).deletingPathExtension + ".lengths"
    var lengths = LedgerLengths(path) ?? LedgerLengths()
    for file in files {
      lengths.add(file.length, to: (file.path as NSString).pathExtension, was: fileLength(file.path))
    }
    try AtomicFile.write(lengths.text, to: path)
    for part in parts { try part.commit() }
    lengths.settle()
    try AtomicFile.write(lengths.text, to: path)
  }

  /// Compares the length of the file with that of when it was written.
  ///
  /// - Throws: `StagingError.failed` if it is another.
  public func check(_ run: String, chunk: Int, _ part: LedgerPart) throws {
    guard let folder = try folders().first(where: { $0.run == run }),
      let lengths = LedgerLengths(path(folder.name, chunk, "lengths"))
    else { return }
    let file = path(folder.name, chunk, part)
    let bytes = fileLength(file)
    guard !lengths.allows(bytes, of: (file as NSString).pathExtension) else { return }
    throw StagingError.damagedLedger(
      run, chunk: chunk, "\(file) \(bytes.map { "has \($0) bytes" } ?? "is gone"), and was written with others")
  }

  /// Names, sizes and times of the files of all other runs.
  ///
  /// - Throws: `StagingError.failed` if a folder cannot be read.
  public func state(except run: String) throws -> String {
    var text = ""
    for folder in try folders() where folder.run != run {
      for name in try names(in: "\(directory)/\(folder.name)").sorted() where !name.hasSuffix(".part") {
        var info = stat()
        guard stat("\(directory)/\(folder.name)/\(name)", &info) == 0 else { continue }
        text += "\(folder.name)/\(name) \(info.st_size) \(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)\n"
      }
    }
    return text
  }

  private func path(_ folder: String, _ chunk: Int, _ part: LedgerPart) -> String {
    path(folder, chunk, part == .rows ? "csv" : "digests")
  }

  private func path(_ folder: String, _ chunk: Int, _ suffix: String) -> String {
    "\(directory)/\(folder)/\(chunk.padded()).\(suffix)"
  }
}
