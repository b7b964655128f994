import Foundation
import TestSupport

/// What both nights of the sample data leave behind when nothing disturbs them: chunks of 100, two workers,
/// one `run` each, on a disk. It is made once, and kept in memory.
enum Reference {
  static let chunkSize = 100

  private static let made = Result {
    let nights = try SampleNights(chunkSize: chunkSize, in: .files, onDisk: true)
    for night in 1...2 { try nights.complete(night, ["--workers", "2"]) }
    return try nights.leftBehind()
  }

  /// All files, by their names in the sandbox.
  static func files() throws -> [String: Data] { try made.get() }
}

extension [String: Data] {
  /// The files below a folder, by their names relative to it.
  func under(_ folder: String) -> [String: Data] {
    reduce(into: [:]) { found, file in
      if file.key.hasPrefix(folder + "/") { found[String(file.key.dropFirst(folder.count + 1))] = file.value }
    }
  }
}
