import Testing

/// Performs every test once for each store that is installed: pipelines of the tests stage in `Store.current`.
///
/// An issue says which store it was found over, and what fails over files is tried over PostgreSQL all the same.
public struct BothStores: SuiteTrait, TestTrait, TestScoping {
  /// It holds for the tests of a suite, and of the suites in it.
  public let isRecursive = true

  /// Performs a test over each store.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    for store in test.traits.contains(where: { $0 is FilesOnly }) ? [.files] : Store.installed {
      let named = IssueHandlingTrait.compactMapIssues { issue in
        var issue = issue
        issue.comments.append("with staging in \(store)")
        return issue
      }
      try await Store.$current.withValue(store) {
        try await named.provideScope(for: test, testCase: testCase) {
          do {
            try await function()
          } catch is ExpectationFailedError {
            // It is recorded already.
          } catch {
            Issue.record(error, sourceLocation: test.sourceLocation)
          }
        }
      }
    }
  }
}

/// Keeps one test of a suite over files: it looks at, or meddles with, what lies in them.
public struct FilesOnly: TestTrait {
  /// Why.
  public let comments: [Comment]
}

extension Trait where Self == BothStores {
  /// Each test is performed over files and, where it is installed, over PostgreSQL (requirement P3).
  public static var overBothStores: Self { BothStores() }
}

extension Trait where Self == FilesOnly {
  /// This test is performed over files alone, and the reason for it.
  public static func overFilesOnly(_ reason: Comment) -> Self { FilesOnly(comments: [reason]) }
}
