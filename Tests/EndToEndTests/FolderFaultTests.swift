import Foundation
import TestSupport
import Testing

/// Folders that cannot be made or written: the message says which, and what to do; the same command goes on when it is done.
@Suite(.serialized) struct FolderFaultTests {
  private func night(_ kind: DisturbedNight.Kind) throws -> DisturbedNight {
    try DisturbedNight("folder", kind, rows: 300, chunkSize: 150)
  }

  // MARK: In the way

  /// Below the folder in which a pipeline stages, and below that of the load files.
  private static func folders(_ kind: DisturbedNight.Kind) -> [String] {
    let loads = ["out/n2", "out/n2/hubspot", "out/.resync"]
    guard !kind.isInPostgres else { return loads }
    return loads + (kind.isOfRecords ? recordFolders : activityFolders)
  }
  private static let recordFolders = [
    "staging/companies/runs/n2", "staging/companies/runs/n2/extract/companies", "staging/companies/runs/n2/map",
    "staging/companies/baseline/companies/n2", "out/n2/salesforce",
  ]
  private static let activityFolders = [
    "staging/activities/runs/n2", "staging/activities/runs/n2/extract", "staging/activities/runs/n2/map",
    "staging/activities/runs/n2/conflict-resolve", "staging/activities/ledger/000002-n2",
  ]

  @Test(arguments: DisturbedNight.Kind.possible)
  func `a file in the place of a folder: it says which, and goes on when it is gone`(
    kind: DisturbedNight.Kind
  ) throws {
    let night = try night(kind)
    for folder in Self.folders(kind) {
      try night.takeBack()
      let path = night.sandbox.file(folder)
      if folder == "out/.resync" { try night.sandbox.copy(path, to: "kept") }
      try night.sandbox.remove(folder)
      try night.sandbox.write(folder, "in the way")
      let outcome = try night.start().wait()
      // What an attempt that was given up has left is removed, whatever it is.
      let isReplaced = folder.hasPrefix("out/n2/") || folder.hasSuffix("extract/companies")
      #expect(outcome.exitCode == (isReplaced ? 0 : 1), "\(folder): \(outcome.messages)")
      if outcome.exitCode == 1 {
        #expect(outcome.messages.contains(path), "\(outcome.messages)")
        #expect(outcome.messages.contains("move away what stands in its place"), "\(outcome.messages)")
        try night.sandbox.remove(folder)
      }
      if folder == "out/.resync" { try night.sandbox.copy(night.sandbox.file("kept"), to: folder) }
      try night.expectGoesOn("\(kind), \(folder)")
    }
  }

  // MARK: Not to be written

  /// The folders that a stage must write to.
  private func needed(_ stage: String, _ night: DisturbedNight, _ kind: DisturbedNight.Kind) -> [String] {
    let last = kind.isOfRecords ? "\(night.folder)/baseline/companies" : "\(night.folder)/ledger"
    switch (kind.isInPostgres, stage) {
    case (true, "load"): return ["out"]
    case (true, _): return ["temporary"]
    case (false, "load"): return [last, "out"]
    case (false, "extract"): return ["\(night.folder)/runs", "\(night.folder)/runs/n2/\(stage)"]
    case (false, _): return ["\(night.folder)/runs/n2", "\(night.folder)/runs/n2/\(stage)"]
    }
  }

  @Test(
    .enabled(if: geteuid() != 0 || access("/usr/bin/setpriv", X_OK) == 0, "root needs setpriv to be somebody else"),
    arguments: DisturbedNight.Kind.possible)
  func `a folder that a stage may not write to: it says which, and goes on when it may`(
    kind: DisturbedNight.Kind
  ) throws {
    let night = try night(kind)
    try night.takeBack()
    var refused = 0
    try night.completeStages("\(kind)") { stage in
      for folder in needed(stage, night, kind) {
        let path = night.sandbox.file(folder)
        // Somebody who may read and write everything but this folder.
        try #require(Program.shell("mkdir -p \(path) && chmod -R a+rwX \(night.sandbox.path) && chmod 555 \(path)"))
        let outcome = try night.start(stage, under: somebody(kind, night)).wait()
        try #require(Program.shell("chmod 777 \(path)"))
        let what = "\(stage), \(folder): \(outcome.messages)"
        #expect(outcome.exitCode == 1, "\(what)")
        #expect(outcome.messages.contains(path) && outcome.messages.contains("Permission denied"), "\(what)")
        #expect(outcome.messages.contains("give the user that runs resync the right to it"), "\(what)")
        refused += 1
      }
    }
    print("folders that may not be written, \(kind): \(refused) refused, and survived")
  }

  /// Root may write everywhere; the server of the tests lets in only the user that it runs as.
  private func somebody(_ kind: DisturbedNight.Kind, _ night: DisturbedNight) -> String {
    let user = kind.isInPostgres ? "postgres" : "nobody"
    let change = "exec setpriv --reuid \(user) --regid \(user == "nobody" ? "nogroup" : user) --clear-groups \"$@\""
    return "export TMPDIR=\(night.sandbox.file("temporary"))" + (geteuid() == 0 ? "; \(change)" : "")
  }
}
