import Foundation
import Staging

/// Refuses links where a run is about to write: below a folder that the pipeline names, the folders of a run are made by
/// `resync` itself, so a link there was planted, and what is written would land elsewhere. The named folder itself, and what
/// is above it, may be links: they are the administrator's. `relative` is the way below `root`.
///
/// This guards against links that lie in wait. Nobody but the owner can put one there while a run works, since the folders
/// are open to the owner only.
///
/// - Throws: `StagingError.failed` with the path of the link.
public func refuseLinks(below root: String, _ relative: String) throws {
  var path = root
  for name in relative.split(separator: "/") {
    path += "/\(name)"
    var info = stat()
    guard lstat(path, &info) == 0 else { return }
    guard info.st_mode & S_IFMT != S_IFLNK else {
      throw StagingError.failed(
        "\(path) is a link, and resync made none there: it writes nothing through it; look who did, and remove it")
    }
  }
}
