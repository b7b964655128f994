import CRM
import Extract
import Foundation
import PipelineFile

/// Finds the files of a pipeline's sources, and names them as messages do.
struct SourceFinder {
  /// The pipeline file, and its folder.
  let pipeline: String
  let directory: String

  /// A path as messages show it: relative to the pipeline file, where it lies below its folder or beside it.
  func relative(_ path: String) -> String {
    let base = URL(fileURLWithPath: directory).standardizedFileURL.pathComponents
    let target = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    let common = zip(base, target).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: base.count - common) + target[common...]
    return steps.joined(separator: "/")
  }

  /// The files of a source, in the order of the pipeline.
  ///
  /// - Throws: `RunError` with exit code 1 for a file that is not there: that is a night that failed, not a pipeline that
  ///   is wrong.
  func files(of source: SourceDefinition) throws -> [SourceFile] {
    let paths: [String]
    do {
      paths = try source.resolveFiles(pipeline: pipeline)
    } catch {
      throw RunError(.failed, error.description)
    }
    return paths.map { path in
      SourceFile(
        source: "\(source.side.name)/\(source.object)", side: source.side, object: 0, path: path,
        displayName: relative(path), encoding: source.encoding, delimiter: source.delimiter, zone: source.timezone,
        dateOrder: source.dateOrder, columnNames: source.columns)
    }
  }
}
