import FileStaging
import Foundation
import Load
import Staging

/// The folder of a run's load files: `LOAD/RUN`.
struct LoadFolder: LoadFiles {
  let path: String
  /// Where the digests of the files are noted.
  var digests: FileDigests?

  func create(_ name: String) throws -> any TableWriter {
    try refuseLinks(below: root, "\(run)/\((name as NSString).deletingLastPathComponent)")
    return try DirectFile(path: "\(path)/\(name)", noted: noted(name))
  }

  /// How the run knows a file of the folder, whose digest `verify` compares.
  func noted(_ name: String) -> (digests: FileDigests, name: String)? { digests.map { ($0, "load/\(name)") } }

  /// The folder that the pipeline names.
  private var root: String { (path as NSString).deletingLastPathComponent }
  private var run: String { (path as NSString).lastPathComponent }

  /// Where a pipeline notes that the folder is its own: `LOAD/.resync/RUN` holds its name.
  private var note: String { "\(root)/.resync/\(run)" }

  /// Throws if the folder holds files of somebody else, which may not be sent yet: of another pipeline, or, unless the folder is
  /// the run's own already, of an earlier run of the same name, whose staging is gone.
  ///
  /// - Throws: `RunError` with exit code 2.
  func refuseOthers(than pipeline: String, isOwn: Bool) throws {
    try refuseLinks(below: root, run)
    try refuseLinks(below: root, ".resync")
    if let owner = try? String(contentsOfFile: note, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines),
      owner != pipeline
    {
      throw RunError(
        .wrong,
        "\(path) holds the load files of the pipeline \(owner): "
          + "give this run another --run name, or the pipeline a load folder of its own")
    }
    guard !isOwn else { return }
    // Every loaded run has its counts; where its values were purged they are all that is left.
    let found = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
    guard found.contains("accounting.json"), found.count > 1 else { return }
    throw RunError(
      .wrong,
      "\(path) holds the load files of an earlier run \(run), whose staging is gone: give this run another --run name, "
        + "or move that folder away if its files were sent")
  }

  /// Makes the folder the pipeline's own, by a note beside it.
  ///
  /// - Throws: `RunError` with exit code 2 if it holds files of somebody else.
  func claim(by pipeline: String, isOwn: Bool) throws {
    try refuseOthers(than: pipeline, isOwn: isOwn)
    try AtomicFile.write(pipeline + "\n", to: note)
  }

  /// Removes the load files of both sides. Files of an attempt that was given up may be more than those of this one: they
  /// would be sent as well.
  ///
  /// - Throws: `RunError` with exit code 1 if one cannot be removed.
  func removeLoadFiles() throws {
    digests?.forget(prefix: "load/")
    for side in ["hubspot", "salesforce"] {
      let folder = "\(path)/\(side)"
      guard FileManager.default.fileExists(atPath: folder) else { continue }
      do {
        try FileManager.default.removeItem(atPath: folder)
      } catch {
        throw RunError(.failed, "cannot remove \(folder), left by an earlier attempt: \(error.localizedDescription)")
      }
    }
  }
}
