import Activities
import CSV
import FileStaging
import Foundation
import PipelineFile
import Records
import Staging

/// Takes out of the ledger what a run has loaded and the other side does not have, so that the next run loads it again:
/// `resync load PIPELINE --run ID --refused FILE | --forget` (activities-pipelines 7).
public struct LedgerCorrection {
  private let plan: ActivityPlan
  private let base: RunPlan
  private let directory: PipelineDirectory
  private let ledger: FileLedger
  private let run: String

  /// A correction of what a run has loaded. It takes the pipeline's lock.
  ///
  /// - Throws: `RunError` with exit code 4 if a run holds the pipeline, 2 if the ledger has no such run.
  public init(_ plan: ActivityRunPlan, run: String) throws {
    self.plan = plan.activities
    base = plan.base
    self.run = run
    directory = PipelineDirectory(staging: plan.stagingFolder, pipeline: base.definition.name)
    guard try directory.acquireLock() else {
      throw RunError(.held, "a run holds the pipeline \(base.definition.name): wait until it has ended, and try again")
    }
    ledger = FileLedger(pipeline: directory)
    guard try ledger.runs().contains(where: { $0.name == run }) else {
      let known = try ledger.runs().map(\.name).joined(separator: ", ")
      throw RunError(.wrong, "the ledger has no run \(run); it has \(known.isEmpty ? "none" : known)")
    }
  }

  /// Takes out what the other side refused; says how many activities that were.
  ///
  /// - Throws: `RunError` with exit code 1, and nothing is taken out, if the file does not say which activities it means.
  public func takeOut(refusedIn path: String) throws -> String {
    let refused =
      plan.isImport
      ? try RefusedActivities(hubspot: path)
      : try RefusedActivities(salesforce: path, externalIDField: plan.externalIDField)
    let taken = try takeOut { refused.ids.contains($0) }
    var lines = [describe(taken.count)]
    let unknown = refused.ids.subtracting(taken).count
    if unknown > 0 { lines.append("\(unknown) of the refused ids are not among those that run \(run) loaded") }
    if refused.existing > 0 {
      lines.append("\(refused.existing) answers say that the activity exists already: those stay in the ledger")
    }
    return lines.joined(separator: "\n")
  }

  /// Takes out everything that the run has loaded; says how many activities that were.
  public func forget() throws -> String { describe(try takeOut { _ in true }.count) }

  private func describe(_ count: Int) -> String {
    let noun = plan.isImport ? (count == 1 ? "activity" : "activities") : (count == 1 ? "task" : "tasks")
    return "run \(run): \(count) \(noun) taken out of the ledger; the next run loads them again"
  }

  /// Takes out the rows whose id the other side does not have, and says which ids that were. Each chunk is replaced whole:
  /// stopped in between, the same command goes on.
  private func takeOut(_ isMeant: (String) -> Bool) throws -> Set<String> {
    var taken: Set<String> = []
    for chunk in try ledger.runs().first(where: { $0.name == run })?.chunks ?? [] {
      if plan.isImport {
        // First the digests: while the rows are there, the chunk is still what the run has loaded.
        taken.formUnion(try rewrite(chunk, .digests, LedgerPart.digests.importColumns, id: 0, isMeant))
        taken.formUnion(try rewrite(chunk, .rows, LedgerPart.rows.importColumns, id: 5, isMeant))
      } else {
        taken.formUnion(try rewrite(chunk, .rows, LedgerPart.syncColumns, id: 0, isMeant))
      }
    }
    if !taken.isEmpty, var manifest = try directory.manifest(of: run) {
      manifest.activities?.hasGivenBack = true
      try directory.save(manifest)
    }
    return taken
  }

  private func rewrite(
    _ chunk: Int, _ part: LedgerPart, _ columns: [String], id: Int, _ isMeant: (String) -> Bool
  ) throws -> Set<String> {
    guard try ledger.reader(run, chunk: chunk, part) != nil else { return [] }
    var taken: Set<String> = []
    let target = try ledger.writer(run, chunk: chunk, part, columns: columns)
    var out = ByteBuffer(capacity: 4096)
    do {
      try ledger.forEachRow(run, chunk: chunk, part, columns: columns) { cells in
        let name = cells[id].text
        if isMeant(name) {
          taken.insert(name)
          return
        }
        out.clear()
        for (number, cell) in cells.enumerated() {
          if number > 0 { out.append(UInt8(ascii: ",")) }
          out.appendCSV(cell)
        }
        out.append(10)
        try target.append(out.bytes)
      }
    } catch {
      target.abandon()
      throw error
    }
    if taken.isEmpty { target.abandon() } else { try target.commit() }
    return taken
  }
}
