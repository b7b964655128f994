import FileStaging
import Foundation
import Staging

/// Whether the files of a run still hold what they held when they were committed.
struct FileChecks {
  private let manifest: RunManifest
  private let area: any StagingArea
  private let loadDirectory: String
  private let damages: Damages

  init(_ manifest: RunManifest, _ area: any StagingArea, _ loadDirectory: String, _ damages: Damages) {
    self.manifest = manifest
    self.area = area
    self.loadDirectory = loadDirectory
    self.damages = damages
  }

  func run() {
    let records = manifest.files ?? [:]
    for name in records.keys.sorted() where counts(name) {
      guard let record = records[name] else { continue }
      check(path(name), record)
    }
    checkBaseline(records)
    if manifest.state == .loaded { checkStrangers(records) }
  }

  /// A table counts when its chunk is noted as done, a load file when the run is loaded: what an attempt that was given up
  /// has left is made anew.
  private func counts(_ name: String) -> Bool {
    let parts = name.split(separator: "/")
    guard parts.first != "load" else { return manifest.state == .loaded }
    guard parts.count == 4, let stage = Stage(rawValue: String(parts[0])),
      let chunk = Int(parts[3].prefix { $0 != "." })
    else { return true }
    return manifest.isDone(stage, manifest.activities == nil ? String(parts[1]) : ActivityRun.object, chunk)
  }

  private func path(_ name: String) -> String {
    name.hasPrefix("load/")
      ? "\(loadDirectory)/\(name.dropFirst(5))" : "\(area.folder(of: manifest.run))/\(name)"
  }

  private func check(_ path: String, _ record: RunManifest.FileRecord) {
    guard access(path, F_OK) == 0 else { return damages.check("\(path) is missing") }
    damages.attempt(path) {
      let found = try RunningDigest.of(try FileReader(path: path))
      if found.bytes != record.bytes {
        damages.check("\(path) has \(found.bytes) bytes; it was written with \(record.bytes)")
      } else {
        damages.check(found == record ? nil : "\(path) does not hold the bytes that were written (the digest differs)")
      }
    }
  }

  /// The baseline of a loaded run is what its conflict-resolve left, under a second name.
  private func checkBaseline(_ records: [String: RunManifest.FileRecord]) {
    guard let baseline = area.baseline as? FileBaseline else { return }
    for object in manifest.objects {
      damages.attempt("the baseline of \(object.object)") {
        guard try baseline.generation(of: object.object) == manifest.run else { return }
        for chunk in 0..<object.chunks where manifest.isDone(.load, object.object, chunk) {
          let table = FileStore.name(TableName(.conflictResolve, object.object, "baseline", chunk: chunk))
          guard let record = records[table] else { continue }
          check(baseline.path(object.object, manifest.run, chunk), record)
        }
      }
    }
  }

  /// What somebody has put among the load files would be sent with them.
  private func checkStrangers(_ records: [String: RunManifest.FileRecord]) {
    guard manifest.files != nil else { return }
    for side in ["hubspot", "salesforce"] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(loadDirectory)/\(side)")) ?? []
      for name in names.sorted() where records["load/\(side)/\(name)"] == nil {
        damages.check("\(loadDirectory)/\(side)/\(name) is none of the run's load files")
      }
    }
  }
}
