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
    return try DirectFile(path: "\(path)/\(name)", noted: digests.map { ($0, "load/\(name)") })
  }

  /// The folder that the pipeline names.
  private var root: String { (path as NSString).deletingLastPathComponent }
  private var run: String { (path as NSString).lastPathComponent }

  /// Makes the folder the pipeline's own, by a note beside it: `LOAD/.resync/RUN` holds the pipeline's name.
  ///
  /// - Throws: `RunError` with exit code 2 if another pipeline has loaded a run of that name there. Its files may not be
  ///   sent yet, and its baseline counts on them.
  func claim(by pipeline: String) throws {
    let note = "\(root)/.resync/\(run)"
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
