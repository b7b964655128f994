import Parallel
import Staging

/// The staged tables of a chunk that are written and not committed, on their way to the threads that commit them.
struct PendingTables: @unchecked Sendable {
  let writers: [any TableWriter]

  /// Commits all, several at once: a database works on each with a process of its own.
  ///
  /// - Throws: the first error; then some are committed, and `abandon` forgets the others.
  func commit(_ workers: Workers) throws {
    try workers.forEach(writers.count) { _, table in try writers[table].commit() }
  }

  /// Forgets those that are not committed.
  func abandon() { for writer in writers { writer.abandon() } }
}
