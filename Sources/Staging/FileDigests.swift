import Foundation

/// What the files of a run held when each appeared under its name, so that `resync verify` can tell later whether they
/// still do. It is gathered while they are written, which costs no second reading, and is kept in the manifest.
///
/// Names are those below the run's folder, `map/companies/hubspot/0000.csv`; load files and reports stand below `load/`.
public final class FileDigests: @unchecked Sendable {
  private let lock = NSLock()
  private var records: [String: RunManifest.FileRecord] = [:]

  /// No files yet.
  public init() {}

  /// All files, by name.
  public var all: [String: RunManifest.FileRecord] { lock.withLock { records } }

  /// How many bytes a file had when it was committed; nil for one that is not known.
  public func length(of name: String) -> Int? { lock.withLock { records[name]?.bytes } }

  /// Begins with what a manifest knows.
  public func reset(to known: [String: RunManifest.FileRecord]) { lock.withLock { records = known } }

  /// Notes a file that was committed.
  public func note(_ name: String, _ record: RunManifest.FileRecord) { lock.withLock { records[name] = record } }

  /// Notes that a file has a second name.
  public func copy(_ name: String, to other: String) { lock.withLock { records[other] = records[name] } }

  /// Forgets a file, or all whose names begin like this.
  public func forget(prefix: String) { lock.withLock { records = records.filter { !$0.key.hasPrefix(prefix) } } }
}
