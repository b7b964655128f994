import Activities
import CSV
import Foundation
import PipelineFile
import Records
import Staging

/// Takes out of the ledger what a run has loaded and the other side does not have, so that the next run loads it again:
/// `resync load PIPELINE --run ID --refused FILE | --forget` (activities-pipelines 7).
public struct LedgerCorrection {
  private let plan: ActivityPlan
  private let base: RunPlan
  private let area: any StagingArea
  private let ledger: any ActivityLedger
  private let run: String

  /// A correction of what a run has loaded. It takes the pipeline's lock.
  ///
  /// - Throws: `RunError` with exit code 4 if a run holds the pipeline, 2 if the ledger has no such run.
  public init(_ plan: ActivityRunPlan, run: String) throws {
    self.plan = plan.activities
    base = plan.base
    self.run = run
    area = try base.stagingArea()
    guard try area.acquireLock() else {
      throw RunError(.held, "a run holds the pipeline \(base.definition.name): wait until it has ended, and try again")
    }
    ledger = area.ledger
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
  public func forget() throws -> String { describe(try takeOut(nil).count) }

  private func describe(_ count: Int) -> String {
    let noun = plan.isImport ? (count == 1 ? "activity" : "activities") : (count == 1 ? "task" : "tasks")
    return "run \(run): \(count) \(noun) taken out of the ledger; the next run loads them again"
  }

  /// Takes out the rows whose id the other side does not have; without `isMeant` all, those that cannot be read too. Says
  /// which ids that were. Each chunk is replaced whole: stopped in between, the same command goes on.
  private func takeOut(_ isMeant: ((String) -> Bool)?) throws -> Set<String> {
    var taken: Set<String> = []
    for chunk in try ledger.runs().first(where: { $0.name == run })?.chunks ?? [] {
      // First the digests: while the rows are there, the chunk is still what the run has loaded.
      let parts =
        try plan.isImport
        ? [rewrite(chunk, .digests, isMeant), rewrite(chunk, .rows, isMeant)]
        : [rewrite(chunk, .rows, isMeant)]
      let found = parts.compactMap { $0 }
      guard isMeant == nil || found.contains(where: { !$0.taken.isEmpty }) else {
        for part in found { part.writer.abandon() }
        continue
      }
      // Noted before: stopped in between, the run must not be taken for one whose activities the ledger still has.
      try noteGivenBack()
      try ledger.commit(found.map(\.writer))
      for part in found { taken.formUnion(part.taken) }
    }
    return taken
  }

  private func noteGivenBack() throws {
    guard var manifest = try area.manifest(of: run), manifest.activities?.hasGivenBack != true else { return }
    manifest.activities?.hasGivenBack = true
    area.digests.reset(to: manifest.files ?? [:])
    try area.save(manifest)
  }

  /// A part of a chunk without what is taken out of it, ready to be committed, and the ids that were taken.
  private struct Rewritten {
    var writer: any TableWriter
    var taken: Set<String> = []
  }

  /// The columns of a part, and the place of the id by which the other side knows its rows.
  private func layout(_ part: LedgerPart) -> (columns: [String], id: Int) {
    if !plan.isImport { return (LedgerPart.syncColumns, 0) }
    return (part.importColumns, part == .rows ? 5 : 0)
  }

  private func rewrite(_ chunk: Int, _ part: LedgerPart, _ isMeant: ((String) -> Bool)?) throws -> Rewritten? {
    let isLost = isMeant == nil && (try? ledger.check(run, chunk: chunk, part)) == nil
    guard try isLost || ledger.reader(run, chunk: chunk, part) != nil else { return nil }
    let (columns, id) = layout(part)
    var rewritten = Rewritten(writer: try ledger.writer(run, chunk: chunk, part, columns: columns))
    var out = ByteBuffer(capacity: 4096)
    do {
      try ledger.forEachRow(run, chunk: chunk, part, columns: columns) { cells in
        let name = cells[id].text
        if isMeant?(name) ?? true {
          rewritten.taken.insert(name)
          return
        }
        out.clear()
        for (number, cell) in cells.enumerated() {
          if number > 0 { out.append(UInt8(ascii: ",")) }
          out.appendCSV(cell)
        }
        out.append(10)
        try rewritten.writer.append(out.bytes)
      }
    } catch  where isMeant != nil {
      rewritten.writer.abandon()
      throw error
    } catch {
      // All of it goes, whether it can be read or not.
    }
    return rewritten
  }
}
