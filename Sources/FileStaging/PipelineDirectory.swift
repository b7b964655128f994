import Foundation
import Staging

/// The folder of a pipeline under its staging folder: its runs, its baseline, and the lock that one run holds at a time.
public final class PipelineDirectory: @unchecked Sendable {
  /// `STAGING/PIPELINE`
  public let path: String
  private let staging: String
  /// What the files of the run at work held when they were committed; `save` puts it into the manifest.
  public let digests = FileDigests()
  private var lock: Int32 = -1
  /// When the manifest was written last, and how long that took.
  private var lastSave = (end: ContinuousClock.now, took: Duration.zero)

  /// The folder of the pipeline `name` under a staging folder.
  public init(staging: String, pipeline name: String) {
    self.staging = staging
    path = "\(staging)/\(name)"
  }

  deinit { if lock >= 0 { close(lock) } }

  /// Takes the pipeline's lock; the system gives it back when the process ends, however it ends.
  ///
  /// - Returns: false if another run holds it (exit code 4).
  public func acquireLock() throws -> Bool {
    try refuseLinks(below: staging, (path as NSString).lastPathComponent)
    try makeDirectory(path)
    let descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw systemFailure("cannot open \(path)/lock") }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
      lock = descriptor
      return true
    }
    let isHeld = errno == EWOULDBLOCK
    let failure = systemFailure("cannot lock \(path)/lock")
    close(descriptor)
    if isHeld { return false }
    throw failure
  }

  /// The folder of a run.
  public func runDirectory(_ run: String) -> String { "\(path)/runs/\(run)" }

  /// The names of all runs that have a manifest, oldest first: by the number in `created`, whatever a clock or a name says.
  public func runs() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/runs")) ?? []
    return names.filter { access("\(runDirectory($0))/run.json", F_OK) == 0 }
      .map { age("\(runDirectory($0))/created", $0) }.sorted { $0 < $1 }.map(\.2)
  }

  /// The number of a run, the time of its marker, which orders runs of versions before 0.2, and its name.
  private func age(_ path: String, _ name: String) -> (Int, Int, String) {
    var info = stat()
    guard stat(path, &info) == 0 else { return (0, 0, name) }
    return (number(path), info.st_mtim.tv_sec &* 1_000_000_000 &+ info.st_mtim.tv_nsec, name)
  }

  private func number(_ marker: String) -> Int {
    let text = (try? String(contentsOfFile: marker, encoding: .utf8)) ?? ""
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  /// One more than that of any run, unfinished beginnings too.
  private func nextNumber() -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/runs")) ?? []
    let last = names.map { number("\(runDirectory($0))/created") }.max() ?? 0
    return last == Int.max ? last : last + 1
  }

  /// The manifest of a run, if there is one.
  ///
  /// - Throws: `StagingError.failed` if it cannot be read, or a newer version of the program wrote it.
  public func manifest(of run: String) throws -> RunManifest? {
    let file = "\(runDirectory(run))/run.json"
    guard access(file, F_OK) == 0 else { return nil }
    do {
      let manifest = try JSONDecoder().decode(RunManifest.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
      guard manifest.version <= RunManifest.currentVersion else {
        throw StagingError.failed("\(file) was written by a newer version of resync: use that one")
      }
      guard manifest.isSound else {
        throw StagingError.failed("\(file) holds numbers that no run has: remove the run's folder, and run again")
      }
      return manifest
    } catch let error as StagingError {
      throw error
    } catch {
      // What the decoder says is for programmers.
      throw StagingError.failed(
        "\(file) cannot be read: it is damaged; remove the run's folder, and run again: the baseline stays")
    }
  }

  /// Writes the manifest of a run, but not so often that the writing takes more than a tenth of the time: with thousands of
  /// chunks it is megabytes. What was not noted when a run is killed is done again, to the same end; `save` must follow.
  public func saveInTime(_ manifest: RunManifest) throws {
    let isQuick = lastSave.took < .milliseconds(20)
    if isQuick || ContinuousClock.now - lastSave.end > lastSave.took * 9 { try save(manifest) }
  }

  /// Writes the manifest of the run at work, with the digests of its files.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func save(_ manifest: RunManifest) throws {
    let start = ContinuousClock.now
    defer { lastSave = (.now, .now - start) }
    var manifest = manifest
    manifest.files = digests.all
    try write(manifest)
  }

  func write(_ manifest: RunManifest) throws {
    let directory = runDirectory(manifest.run)
    try refuseLinks(below: path, "runs/\(manifest.run)")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(manifest), as: UTF8.self)
    // The order of the runs is that of these markers, whatever their names are.
    if access("\(directory)/created", F_OK) != 0 {
      try AtomicFile.write("\(nextNumber())\n", to: "\(directory)/created")
    }
    try AtomicFile.write(text + "\n", to: "\(directory)/run.json")
  }
}
