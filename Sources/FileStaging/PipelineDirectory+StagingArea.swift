import Foundation
import Staging

extension PipelineDirectory: StagingArea {
  /// The baseline under the pipeline's folder.
  public var baseline: any BaselineStore { FileBaseline(pipeline: self) }
  /// The ledger under the pipeline's folder.
  public var ledger: any ActivityLedger { FileLedger(pipeline: self) }
  /// The tables under the run's folder.
  public func store(of run: String) -> any StagingStore { FileStore(directory: runDirectory(run), digests: digests) }
  /// The run's own folder.
  public func folder(of run: String) -> String { runDirectory(run) }

  /// The text in `baseline/NAME`.
  ///
  /// - Throws: `StagingError.failed` if the file is there and cannot be read.
  public func note(_ name: String) throws -> String? {
    let file = "\(path)/baseline/\(name)"
    guard access(file, F_OK) == 0 else { return nil }
    guard let data = FileManager.default.contents(atPath: file) else { throw systemFailure("cannot read \(file)") }
    return String(decoding: data, as: UTF8.self)
  }

  /// Writes `baseline/NAME`.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func keep(_ text: String, as name: String) throws {
    try AtomicFile.write(text, to: "\(path)/baseline/\(name)")
  }
}
