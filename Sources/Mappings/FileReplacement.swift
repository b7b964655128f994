import FileStaging
import Foundation
import PipelineFile

/// Puts an edited file in the place of what was read, aside and by a rename; its permissions stay.
///
/// Throws a `PipelineError` if somebody else has changed the file meanwhile, and what `AtomicFile` throws.
func replaceFile(_ bytes: [UInt8], to path: String, insteadOf old: [UInt8]) throws {
  var info = stat()
  let mode = stat(path, &info) == 0 ? info.st_mode & 0o777 : 0o644
  guard FileManager.default.contents(atPath: path).map({ [UInt8]($0) }) == old else {
    throw PipelineError(file: path, message: "has changed while it was edited", hint: "run the command again")
  }
  let file = try AtomicFile(path: path, mode: mode)
  try bytes.withUnsafeBufferPointer { try file.append($0) }
  try file.commit()
}
