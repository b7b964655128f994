import FileStaging
import Foundation
import Pipeline

/// Whether the system gives the open files that a run needs.
enum DescriptorSupply {
  /// Opens as many as are open at once, and closes them: Dispatch, which needs some for its own clock, ends the program
  /// without a word where it gets none.
  ///
  /// - Throws: `RunError` with exit code 1.
  static func check() throws {
    var descriptors: [Int32] = []
    defer { for descriptor in descriptors { close(descriptor) } }
    while descriptors.count < wanted {
      // stdin is open: where the caller has closed it, `ProcessSetup` has put something in its place.
      let descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
      guard descriptor >= 0 else {
        throw RunError(.failed, "\(systemFailure("a run needs \(wanted) open files beside those it was started with"))")
      }
      descriptors.append(descriptor)
    }
  }

  /// Twice what the resync of all objects has open at once on two cores. What more cores need beyond it, the run itself
  /// misses with the same words.
  private static let wanted = 32
}
