import Foundation
import Staging

/// The baseline in files: `STAGING/PIPELINE/baseline/OBJECT/GENERATION/CHUNK.csv`, and `current`, which names the generation.
public struct FileBaseline: BaselineStore {
  private let directory: String
  private let root: String
  private let pipeline: PipelineDirectory

  /// The baseline under a pipeline's folder.
  public init(pipeline: PipelineDirectory) {
    self.pipeline = pipeline
    root = pipeline.path
    directory = "\(pipeline.path)/baseline"
  }

  private func folder(_ object: String) -> String { "\(directory)/\(object)" }

  /// The run that `current` names; nil if there is no such file.
  ///
  /// - Throws: `StagingError.failed` if it cannot be read.
  public func generation(of object: String) throws -> String? {
    let path = "\(folder(object))/current"
    guard access(path, F_OK) == 0 else { return nil }
    do {
      return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw StagingError.failed("cannot read \(path): \(error.localizedDescription)")
    }
  }

  /// The runs on which the baseline of any object stands.
  ///
  /// - Throws: `StagingError.failed` if it cannot be read.
  public func generations() throws -> Set<String> {
    guard access(directory, F_OK) == 0 else { return [] }
    return Set(try names(in: directory).compactMap { try generation(of: $0) })
  }

  /// The current generation's files, a chunk each, in the order of their numbers.
  ///
  /// - Throws: `StagingError.failed` if the folder or a file cannot be read, or is not as the run has left it.
  public func tables(of object: String) throws -> [any TableReader] {
    guard let generation = try generation(of: object) else { return [] }
    let folder = "\(folder(object))/\(generation)"
    let names = try names(in: folder).filter { $0.hasSuffix(".csv") }.sorted()
    try checkLengths(object, generation)
    return try names.map { try FileReader(path: "\(folder)/\($0)") }
  }

  /// Rows that are missing would make edits of one side look like first nights. What the files held, the manifest of the run
  /// knows, as long as it is there.
  private func checkLengths(_ object: String, _ run: String) throws {
    guard let manifest = try? pipeline.manifest(of: run), manifest.state == .loaded, let files = manifest.files else {
      return
    }
    for chunk in 0..<(manifest.object(object)?.chunks ?? 0) {
      guard let written = files[FileStore.name(TableName(.conflictResolve, object, "baseline", chunk: chunk))] else {
        continue
      }
      let file = path(object, run, chunk)
      let bytes = fileLength(file)
      guard bytes != written.bytes else { continue }
      throw StagingError.failed(
        "the baseline is damaged: \(file) \(bytes.map { "has \($0) bytes" } ?? "is gone"), and was written with "
          + "\(written.bytes); take it from a backup, or remove \(folder(object)): then the next night is a first one")
    }
  }

  private func names(in folder: String) throws -> [String] {
    try namesInFolder(folder, "cannot read the baseline in \(folder)")
  }

  /// Links the run's staged baseline files into its own generation, then names that in `current`.
  ///
  /// Nothing is copied. A run whose generation is the current one already changes nothing.
  ///
  /// - Throws: `StagingError` if a table is missing, the store is not one of files, or the system refuses.
  public func adopt(_ object: String, run: String, chunks: Int, from store: any StagingStore) throws {
    // Adopting twice would undo what chunks have replaced since.
    guard try generation(of: object) != run else { return }
    try refuseLinks(below: root, "baseline/\(object)/\(run)")
    let target = FileStore(directory: "\(folder(object))/\(run)")
    for chunk in 0..<chunks {
      try link(TableName(.extract, object, "baseline", chunk: chunk), from: store, to: path(object, run, chunk))
    }
    try syncDirectory(target.directory)
    try AtomicFile.write(run + "\n", to: "\(folder(object))/current")
  }

  /// Links what conflict-resolve left of a chunk over its file in the run's generation, and syncs the folder.
  ///
  /// - Throws: `StagingError` if the table is missing, the store is not one of files, or the system refuses.
  public func replace(_ object: String, run: String, chunk: Int, from store: any StagingStore) throws {
    try refuseLinks(below: root, "baseline/\(object)/\(run)")
    let table = TableName(.conflictResolve, object, "baseline", chunk: chunk)
    try link(table, from: store, to: path(object, run, chunk))
    try syncDirectory("\(folder(object))/\(run)")
  }

  /// Writes `rows.json`, and removes the folders of all other generations; one that cannot be removed stays.
  ///
  /// - Throws: `StagingError.failed` if the file cannot be written, or the folder cannot be read.
  public func finish(_ object: String, run: String, rows: BaselineRows) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(rows), as: UTF8.self)
    try AtomicFile.write(text + "\n", to: "\(folder(object))/rows.json")
    for name in try names(in: folder(object)) where name != run && name != "current" && name != "rows.json" {
      try? FileManager.default.removeItem(atPath: "\(folder(object))/\(name)")
    }
  }

  /// What `rows.json` says; nil if no run was loaded whole yet.
  ///
  /// - Throws: `StagingError.failed` if it is there and cannot be read.
  public func lastRows(of object: String) throws -> BaselineRows? {
    let path = "\(folder(object))/rows.json"
    guard access(path, F_OK) == 0 else { return nil }
    do {
      return try JSONDecoder().decode(BaselineRows.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw StagingError.failed(
        "cannot read \(path): \(error.localizedDescription); remove it to go on without max_shrink")
    }
  }

  /// Where the rows of a chunk lie in the generation of a run.
  public func path(_ object: String, _ run: String, _ chunk: Int) -> String {
    "\(folder(object))/\(run)/\(chunk.padded()).csv"
  }

  /// Gives a staged table a second name: the run may be pruned, the baseline stays.
  private func link(_ table: TableName, from store: any StagingStore, to target: String) throws {
    guard let files = store as? FileStore else {
      throw StagingError.failed("the baseline in files needs staging in files")
    }
    guard files.exists(table) else { throw StagingError.missing(table) }
    try makeDirectory((target as NSString).deletingLastPathComponent)
    try files.link(table, to: target)
  }
}
