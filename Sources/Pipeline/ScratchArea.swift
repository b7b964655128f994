import FileStaging
import Staging

/// Staging in a folder that is thrown away, with the baseline of the real staging: for runs that load nothing.
final class ScratchArea: StagingArea {
  let baseline: any BaselineStore
  private let files: PipelineDirectory

  init(folder: String, pipeline: String, baseline: any BaselineStore) {
    files = PipelineDirectory(staging: folder, pipeline: pipeline)
    self.baseline = baseline
  }

  var ledger: any ActivityLedger { files.ledger }
  var digests: FileDigests { files.digests }
  func acquireLock() throws -> Bool { try files.acquireLock() }
  func runs() -> [String] { files.runs() }
  func manifest(of run: String) throws -> RunManifest? { try files.manifest(of: run) }
  func save(_ manifest: RunManifest) throws { try files.save(manifest) }
  func store(of run: String) -> any StagingStore { files.store(of: run) }
  func folder(of run: String) -> String { files.folder(of: run) }
  func note(_ name: String) throws -> String? { try files.note(name) }
  func keep(_ text: String, as name: String) throws { try files.keep(text, as: name) }
  func stagedBytes(of run: String) throws -> Int { try files.stagedBytes(of: run) }
  func remove(run: String) throws { try files.remove(run: run) }
  func purge(_ manifest: RunManifest, at time: String) throws { try files.purge(manifest, at: time) }
}
