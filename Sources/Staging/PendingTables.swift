import Parallel

/// Staged tables that are written and not committed, on their way to the threads that commit them.
public struct PendingTables: @unchecked Sendable {
  private let writers: [any TableWriter]

  /// Tables that may be committed in any order; nobody else uses them any more.
  public init(_ writers: [any TableWriter]) { self.writers = writers }

  /// Commits all, several at once: a database works on each with a process of its own.
  ///
  /// - Throws: the first error; then some are committed, and `abandon` forgets the others.
  public func commit(_ workers: Workers) throws {
    try workers.forEach(writers.count) { _, table in try writers[table].commit() }
  }

  /// Forgets those that are not committed.
  public func abandon() { for writer in writers { writer.abandon() } }
}
