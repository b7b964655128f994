import Extract
import FileStaging
import Foundation
import Pipeline
import Staging

/// Whether the exports are still those that the run has read. The exports of a night that is long over may have been
/// replaced rightly: then this check is left out.
struct InputChecks {
  private let exports: [ExportReading]
  private let manifest: RunManifest
  private let scratch: String
  private let damages: Damages

  init(_ exports: [ExportReading], _ manifest: RunManifest, scratch: String, _ damages: Damages) {
    self.exports = exports
    self.manifest = manifest
    self.scratch = scratch
    self.damages = damages
  }

  func run() {
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    var found: [String: String] = [:]
    for export in exports {
      damages.attempt(export.source.displayName) {
        for (name, digest) in try export.digests(scratch: scratch) { found["\(export.source.source) \(name)"] = digest }
      }
    }
    for input in manifest.inputs {
      switch found["\(input.source) \(input.path)"] {
      case nil: damages.check("the export \(input.path), which the run has read, is no longer there")
      case input.digest?: damages.check(nil)
      default:
        damages.check(
          "the export \(input.path) is not what the run has read; if it was replaced since, add --without-exports")
      }
    }
  }
}
