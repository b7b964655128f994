import Activities
import CRM
import Extract
import Normalize
import Parallel
import Records
import Staging

/// Takes the sources that are looked up through normalize: whole, since every chunk may need every row of them.
struct LookupPass {
  let plan: ActivityPlan
  let files: [String: [SourceFile]]
  /// By source, the names of its files as messages show them.
  let names: [String: [String]]
  let store: any StagingStore

  /// Normalizes all of them.
  ///
  /// - Throws: `StagingError` if what extract left is missing or damaged, or a table cannot be written.
  func run(_ workers: Workers) throws {
    let sources = plan.lookups
    try workers.forEach(sources.count) { _, place in try run(sources[place]) }
  }

  private func run(_ source: ActivitySource) throws {
    let table = ActivityTable(source.columnNames)
    func name(_ stage: Stage, _ part: String) -> TableName { TableName(stage, source.name, part, chunk: 0) }
    let target = try store.writer(name(.normalize, source.side.name), columns: table.columns)
    let rejects = try store.writer(name(.normalize, "rejects"), columns: RejectRow.columns)
    var normalizer = ActivityNormalizer(source, files[source.name] ?? [])
    var out = ByteBuffer(capacity: 1 << 20)
    do {
      try table.forEachBatch(of: name(.extract, source.side.name), columnCount: source.columns.count, from: store) {
        batch in
        normalizer.run(&batch)
        out.clear()
        table.encode(batch, into: &out)
        try target.append(out.bytes)
        out.clear()
        reportLinks(of: batch, source, into: &out)
        try rejects.append(out.bytes)
      }
      try target.commit()
      try rejects.commit()
    } catch {
      target.abandon()
      rejects.abandon()
      throw error
    }
  }

  /// A link that cannot be used is an issue; other cells that cannot are blank without a word (activities-pipelines 7).
  private func reportLinks(of batch: borrowing RecordBatch, _ source: ActivitySource, into out: inout ByteBuffer) {
    for (column, info) in source.columns.enumerated() where column != source.idColumn {
      guard case .salesforceID = info.kind else { continue }
      for row in 0..<batch.rowCount where batch[row, column].hasIssue {
        let place = batch[info: row]
        let files = names[source.name] ?? []
        RejectRow.append(
          object: source.name, side: source.side, recordID: batch.bytes(row, source.idColumn ?? 0),
          file: Int(place.file) < files.count ? files[Int(place.file)] : "", line: place.line, field: info.name,
          value: batch.bytes(row, column), code: batch[row, column].issue, into: &out)
      }
    }
  }
}
