import CRM
import Foundation
import Parallel
import PipelineFile
import Staging

/// The process that holds the pipeline's lock, and shares the chunks of an object with others.
struct ChunkLeader {
  let area: any SharedArea
  let object: ObjectPlan
  let last: Stage
  let work: ChunkWork

  /// Returns when all chunks are done, by whomever. A chunk whose worker died is free again, and is done here.
  func passAll(_ manifest: inout RunManifest) throws {
    let count = manifest.object(object.object)?.chunks ?? 0
    let offer = SharedWork(run: manifest.run, object: object.object, attempt: UUID().uuidString, last: last)
    guard !open(manifest, count).isEmpty else { return }
    // The others read the manifest: it must say what they need before they are asked.
    try area.save(manifest)
    try area.offer(offer)
    while true {
      try collect(offer, &manifest)
      let open = open(manifest, count)
      if open.isEmpty { break }
      if try !open.contains(where: { try take($0, offer, &manifest) }) { Thread.sleep(forTimeInterval: 0.05) }
    }
    try area.withdraw(run: manifest.run)
  }

  private func open(_ manifest: RunManifest, _ count: Int) -> [Int] {
    (0..<count).filter { ChunkWork.first(of: object, $0, to: last, manifest) != nil }
  }

  /// Does a chunk, if it is free; whether it was.
  private func take(_ chunk: Int, _ offer: SharedWork, _ manifest: inout RunManifest) throws -> Bool {
    guard let claim = try area.claim(offer, chunk: chunk) else { return false }
    defer { claim.release() }
    // Whoever had it may have finished it meanwhile.
    try collect(offer, &manifest)
    guard let first = ChunkWork.first(of: object, chunk, to: last, manifest) else { return true }
    for note in try work.passNow(object, chunk, from: first, to: last, manifest) { manifest.note(note) }
    try area.save(manifest)
    return true
  }

  private func collect(_ offer: SharedWork, _ manifest: inout RunManifest) throws {
    let notes = try area.contributions(to: offer).filter { !manifest.isDone($0.stage, $0.object, $0.chunk) }
    guard !notes.isEmpty else { return }
    for note in notes { manifest.note(note) }
    try area.save(manifest)
  }
}

/// A process that helps the one that leads a run: it takes chunks until the lead is free.
struct ChunkHelper {
  let plan: RunPlan
  let options: RunOptions
  let progress: ProgressLog
  let area: any SharedArea

  /// Returns when this process holds the pipeline's lock: the leader has ended, or died.
  ///
  /// - Throws: `RunError` with exit code 4 if the leader's pipeline, mappings or metadata are others than here.
  func helpUntilFree() throws {
    while try !area.acquireLock() {
      if try !help() { Thread.sleep(forTimeInterval: 0.1) }
    }
  }

  /// Does one chunk that is offered; whether there was one.
  private func help() throws -> Bool {
    guard let offer = try area.offered(run: options.run), let manifest = try area.manifest(of: offer.run),
      let object = plan.objects.first(where: { $0.object == offer.object })
    else { return false }
    try checkSame(manifest)
    var options = options
    options.createAnyway = manifest.resolvedWith.createAnyway
    options.retryCreates = manifest.resolvedWith.retryCreates
    let work = ChunkWork(
      plan: plan, options: options, store: area.store(of: offer.run), workers: Workers(count: options.workers),
      progress: progress)
    for chunk in 0..<(manifest.object(offer.object)?.chunks ?? 0) {
      guard try isOpen(chunk, object, offer, manifest), let claim = try area.claim(offer, chunk: chunk) else {
        continue
      }
      defer { claim.release() }
      // The leader may have finished it, or ended, between the look and the claim.
      guard try area.offered(run: offer.run) == offer, let now = try area.manifest(of: offer.run),
        try isOpen(chunk, object, offer, now), let first = ChunkWork.first(of: object, chunk, to: offer.last, now)
      else { continue }
      let notes = try work.passNow(object, chunk, from: first, to: offer.last, now)
      try area.contribute(notes, chunk: chunk, to: offer)
      return true
    }
    return false
  }

  private func isOpen(
    _ chunk: Int, _ object: ObjectPlan, _ offer: SharedWork, _ manifest: RunManifest
  ) throws -> Bool {
    guard ChunkWork.first(of: object, chunk, to: offer.last, manifest) != nil else { return false }
    return try !area.contributions(to: offer).contains { $0.chunk == chunk }
  }

  private func checkSame(_ manifest: RunManifest) throws {
    guard
      manifest.pipelineDigest != plan.pipelineDigest || manifest.mappingsDigest != plan.mappingsDigest
        || manifest.metadataDigest != plan.metadataDigest
    else { return }
    throw RunError(
      .held,
      "another run holds the pipeline \(plan.definition.name), and its pipeline file, mappings or metadata are others "
        + "than here: to help it, they must be the same")
  }
}
