/// What became of the rows of an activity source: `activities.json` (activities-pipelines 7).
public struct ActivityCounts: Codable, Sendable, Equatable {
  /// Rows that were staged: all but those that extract rejected.
  public var staged = 0
  /// Rows that are in a load file as new activities, or as tasks.
  public var loaded = 0
  /// Rows of activities that are written again.
  public var updated = 0
  /// Inputs or CSV rows that they gave.
  public var written = 0
  /// Rows that were rejected for what they lack.
  public var rejected = 0
  /// Rows that were left out, by reason.
  public var excluded: [String: Int] = [:]
  /// Those of the loaded that an earlier run had loaded.
  public var notArrived = 0
  /// Open tasks that are due before the clock.
  public var overdue = 0
  /// Cells with issues of rows that are loaded.
  public var issues = 0

  /// Nothing yet.
  public init() {}

  /// Adds the counts of another chunk.
  public mutating func add(_ other: ActivityCounts) {
    staged += other.staged
    loaded += other.loaded
    updated += other.updated
    written += other.written
    rejected += other.rejected
    excluded.merge(other.excluded, uniquingKeysWith: +)
    notArrived += other.notArrived
    overdue += other.overdue
    issues += other.issues
  }
}
