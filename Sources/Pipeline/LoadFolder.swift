import FileStaging
import Load
import Staging

/// The folder of a run's load files.
struct LoadFolder: LoadFiles {
  let path: String

  func create(_ name: String) throws -> any TableWriter { try AtomicFile(path: "\(path)/\(name)") }
}
