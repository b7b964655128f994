/// Where a pipeline keeps its runs, their staged tables, and its baseline: a folder, or a schema of a database.
public protocol StagingArea: AnyObject, Sendable {
  /// The baseline of the pipeline.
  var baseline: any BaselineStore { get }
  /// What runs of activities have loaded.
  var ledger: any ActivityLedger { get }
  /// What the files of the run at work held when each got its name; `save` puts it into the manifest. A store in a database
  /// knows only the load files here: what it has staged, it counts.
  var digests: FileDigests { get }
  /// Takes the pipeline's lock, which goes when the process ends; false if another run holds it (exit code 4).
  func acquireLock() throws -> Bool
  /// The names of all runs that have a manifest, oldest first.
  func runs() throws -> [String]
  /// The manifest of a run, if there is one.
  func manifest(of run: String) throws -> RunManifest?
  /// Writes the manifest of a run.
  func save(_ manifest: RunManifest) throws
  /// Writes the manifest unless that would take more than a tenth of the time: a chunk that it does not note is done again.
  func saveInTime(_ manifest: RunManifest) throws
  /// The staged tables of a run.
  func store(of run: String) -> any StagingStore
  /// A folder for what a run needs beside its tables: unpacked copies of exports, the preview of its load.
  func folder(of run: String) -> String
  /// A text that was kept beside the baseline; nil if there is none.
  func note(_ name: String) throws -> String?
  /// Keeps a text beside the baseline, in place of an older one of that name.
  func keep(_ text: String, as name: String) throws
  /// What the staged tables of a run take up, in bytes.
  func stagedBytes(of run: String) throws -> Int
  /// Removes a run and its tables; the baseline stays.
  func remove(run: String) throws
  /// Removes the tables of a loaded run and whatever else holds values, keeps its manifest, and notes there when that was.
  func purge(_ manifest: RunManifest, at time: String) throws
  /// What does not add up in the staged tables of a run; nothing if nothing disappeared, or if the store counts no rows.
  func imbalances(of run: String) throws -> [String]
}

extension StagingArea {
  /// A store for which a manifest costs little writes it each time.
  public func saveInTime(_ manifest: RunManifest) throws { try save(manifest) }

  /// A store that counts no rows has nothing to say: the accounting of the run is all there is.
  public func imbalances(of run: String) throws -> [String] { [] }
}
