import Foundation
import Staging

/// What becomes of runs that are over.
extension PipelineDirectory {
  /// What the files of a run take up; hard links to files of the baseline count too.
  public func stagedBytes(of run: String) throws -> Int {
    let folder = runDirectory(run)
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { sum, name in
      var info = stat()
      guard lstat("\(folder)/\(name)", &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return sum }
      return sum + Int(info.st_size)
    }
  }

  /// Removes the folder of a run. The manifest goes first: a run without one is no run, and what is left of it is removed
  /// the next time.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func remove(run: String) throws {
    try removeTree("\(runDirectory(run))/run.json")
    try removeTree(runDirectory(run))
  }

  /// Removes all of a run but its manifest, which has counts only. That is noted first: if this is interrupted, the run is
  /// not taken for one whose tables are all there.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func purge(_ manifest: RunManifest, at time: String) throws {
    var manifest = manifest
    manifest.purgedAt = time
    manifest.files = nil
    try write(manifest)
    let folder = runDirectory(manifest.run)
    for name in try names(in: folder) where name != "run.json" && name != "created" {
      try removeTree("\(folder)/\(name)")
    }
  }
}

/// What a folder holds, in order; nothing if it is not there.
///
/// - Throws: `StagingError.failed` with what the system said.
public func names(in folder: String) throws -> [String] {
  var info = stat()
  guard lstat(folder, &info) == 0 else { return [] }
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  } catch {
    throw StagingError.failed("cannot list \(folder): \(error.localizedDescription); mend that, and try again")
  }
}

/// Removes a file or a folder with all in it, never what a link points to; what is not there is no failure.
///
/// - Throws: `StagingError.failed` with what the system said.
public func removeTree(_ path: String) throws {
  var info = stat()
  guard lstat(path, &info) == 0 else { return }
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    throw StagingError.failed("cannot remove \(path): \(error.localizedDescription); mend that, and try again")
  }
}
