import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A path as a pipeline file names it, made absolute: it counts from the folder of that file.
func resolvePath(_ path: String, in directory: String) -> String {
  let whole = path.hasPrefix("/") ? path : directory + "/" + path
  return URL(fileURLWithPath: whole).standardizedFileURL.path
}

/// The absolute folder of a file.
func directory(of file: String) -> String {
  URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent().path
}

/// The files that a pattern with `*`, `?` or `[…]` names, in the order of their bytes; the path itself if it
/// has none of these, or names a file as it stands.
func filesMatching(_ pattern: String) -> [String] {
  guard pattern.contains(where: { "*?[".contains($0) }), !isFile(pattern) else { return [pattern] }
  var found = glob_t()
  defer { globfree(&found) }
  guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
  let files = (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  return files.filter(isFile).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
}

/// Whether a path names a file that can be read again and again: no folder, pipe or device.
public func isRegularFile(_ path: String) -> Bool {
  var info = stat()
  return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
}

/// Whether a path names something that is there, and no folder.
func isFile(_ path: String) -> Bool {
  var isDirectory: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
}

/// The bytes of a file.
///
/// Throws a `PipelineError` at the place that names the file, or about the file itself if no place is given.
func readFile(_ path: String, namedBy place: (file: String, line: Int?)? = nil) throws(PipelineError) -> Data {
  var reason = "there is no such file"
  do {
    // A device such as /dev/zero might have no end, and a pipe no writer.
    var info = stat()
    guard stat(path, &info) == 0, !isRegularFile(path) else {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
    reason = "is no file"
  } catch {
    if isFile(path) { reason = "cannot be read: \(error.localizedDescription)" }
  }
  guard let place else { throw PipelineError(file: path, message: reason) }
  throw PipelineError(file: place.file, line: place.line, message: "\(path): \(reason)")
}
