import FileStaging
import Parallel
import PipelineFile
import Staging

/// The last stage of a run, and what may stop it before.
extension Runner {
  // MARK: Brakes and preview

  func checkBrakes() throws {
    let brakes = Brakes(definition: plan.definition, options: options)
    let stops = try plan.objects.flatMap { brakes.check(manifest, $0, last: try baseline.lastRows(of: $0.object)) }
    try checkBalance()
    guard !stops.isEmpty else {
      manifest.state = .running
      return
    }
    manifest.state = .stopped
    try area.save(manifest)
    try preview()
    throw RunError(
      .braked,
      messages: stops + ["nothing was loaded; what the run would do is in \(previewDirectory)"])
  }

  private func checkBalance() throws {
    let accounting = Accounting(manifest, plan.objects.map(\.object))
    let imbalances = try accounting.imbalances() + area.imbalances(of: manifest.run)
    guard imbalances.isEmpty else { throw RunError(.failed, messages: imbalances) }
  }

  var previewDirectory: String { "\(area.folder(of: manifest.run))/preview" }

  func preview() throws {
    try refuseLinks(below: area.folder(of: manifest.run), "preview")
    try ReportFiles(manifest: manifest, plans: plan.objects, store: store, directory: previewDirectory).write()
  }

  // MARK: Load

  func load() throws {
    let target = try plan.mirror(of: manifest.run)
    let folder = LoadFolder(path: loadDirectory, digests: area.digests)
    try folder.claim(by: plan.definition.name, isOwn: ownsLoadFolder)
    manifest.ownsLoadFolder = true
    try area.save(manifest)
    for object in chosenObjects { try begin(object) }
    if !manifest.chunks.contains(where: { $0.stage == .load }) { try folder.removeLoadFiles() }
    let chunks = plan.objectsInLoadOrder.filter { isChosen($0) }.flatMap { object in
      (0..<(manifest.object(object.object)?.chunks ?? 0)).filter {
        isSelected($0) && !manifest.isDone(.load, object.object, $0)
      }.map { (object, $0) }
    }
    // The reports say what the run changes: they need nothing of the load, and are made beside it.
    let early = reports
    let loads = ChunkLoads(
      manifest: manifest, store: store, baseline: baseline, directory: loadDirectory, target: target,
      ledger: area, progress: progress)
    progress.begin(.load, nil, chunks: chunks.count, rows: 0)
    let isLast = isLastLoad(chunks.count)
    let reporting = isLast ? Errand { try early.write() } : nil
    try workers.forEach(chunks.count) { _, piece in try loads.load(chunks[piece].0, chunks[piece].1) }
    manifest = loads.manifest
    try area.save(manifest)
    try reporting?.finish()
    // What the mirror has refused was not known to the report when it was written.
    if target != nil && isLast { try reports.write(.rejects) }
    try finishLoad()
  }

  /// Whether what is in the load folder is of this run; manifests of versions before 0.2 tell by their chunks.
  var ownsLoadFolder: Bool { manifest.ownsLoadFolder ?? manifest.isPartlyLoaded }

  /// Whether all chunks are loaded when these are.
  private func isLastLoad(_ left: Int) -> Bool {
    let done = manifest.chunks.count(where: { $0.stage == .load })
    return done + left == plan.objects.reduce(0) { $0 + (manifest.object($1.object)?.chunks ?? 0) }
  }

  /// The baseline must be the one that the run has read, or the run's own.
  private func begin(_ object: ObjectPlan) throws {
    guard let known = manifest.object(object.object) else { return }
    let current = try baseline.generation(of: object.object)
    guard current == manifest.run || current == known.baseGeneration else {
      throw RunError(
        .wrong,
        "the run \(current ?? "") was loaded since \(manifest.run) read the baseline: "
          + "begin a new run, this one would move it back")
    }
    try baseline.adopt(object.object, run: manifest.run, chunks: known.chunks, from: store)
  }

  private func finishLoad() throws {
    let isWhole = plan.objects.allSatisfy { object in
      (0..<(manifest.object(object.object)?.chunks ?? 0)).allSatisfy { manifest.isDone(.load, object.object, $0) }
    }
    guard isWhole else { return }
    try checkBalance()
    for object in plan.objects {
      guard let known = manifest.object(object.object) else { continue }
      try baseline.finish(
        object.object, run: manifest.run,
        rows: BaselineRows(hubspot: known.hubspot.read, salesforce: known.salesforce.read))
    }
    let formats = LoadFormats(
      folder: LoadFolder(path: loadDirectory, digests: area.digests), run: manifest.run, plans: plan.objects,
      formats: plan.definition.loadFormats)
    for note in try formats.write() { progress.warn(note) }
    // What `mappings diff` compares with.
    try MappingSnapshot(run: manifest.run, plan.objects).save(in: area)
    manifest.state = .loaded
    try area.save(manifest)
  }
}
