import Staging

/// The chunks of an object of a run as a table: for each stage rows and seconds, and the issues that were found.
///
/// Where there are many chunks, those in a row that have come equally far share a line.
struct StatusTable {
  private let manifest: RunManifest
  private let object: RunManifest.ObjectRun
  /// With more chunks than that, lines are shared.
  private static let mostLines = 40

  init(_ manifest: RunManifest, _ object: RunManifest.ObjectRun) {
    self.manifest = manifest
    self.object = object
  }

  /// The lines of the table, heading first. Where it is wider than `width`, rows have a column of their own, and stages say
  /// only their time.
  func lines(width: Int? = nil) -> [String] {
    let full = lines(isShort: false)
    guard let width, full.contains(where: { $0.count > width }) else { return full }
    return lines(isShort: true)
  }

  private func lines(isShort: Bool) -> [String] {
    let chunks = (0..<object.chunks).map(progress)
    let groups = grouped(chunks)
    let stages = Stage.allCases.map { isShort && $0 == .conflictResolve ? "resolve" : $0.rawValue }
    var rows = [["chunk"] + (isShort ? ["rows"] : []) + stages + ["issues"]]
    rows += groups.map { range in
      cells(range.count == 1 ? "\(range.lowerBound)" : name(range), chunks[range], isShort)
    }
    if groups.count > 1 { rows.append(cells("all", chunks[...], isShort)) }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      return String(padded.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// What each stage has done of a chunk.
  private typealias Progress = [Stage: RunManifest.ChunkRun]

  private func progress(_ chunk: Int) -> Progress {
    let done = manifest.chunks.filter { $0.object == object.object && $0.chunk == chunk }
    return Dictionary(done.map { ($0.stage, $0) }) { _, last in last }
  }

  private func grouped(_ chunks: [Progress]) -> [Range<Int>] {
    guard chunks.count > Self.mostLines else { return chunks.indices.map { $0..<$0 + 1 } }
    return chunks.indices.reduce(into: [Range<Int>]()) { groups, chunk in
      if let last = groups.last, Set(chunks[last.lowerBound].keys) == Set(chunks[chunk].keys) {
        groups[groups.count - 1] = last.lowerBound..<chunk + 1
      } else {
        groups.append(chunk..<chunk + 1)
      }
    }
  }

  private func name(_ range: Range<Int>) -> String { "\(range.lowerBound)-\(range.upperBound - 1)" }

  private func cells(_ name: String, _ chunks: ArraySlice<Progress>, _ isShort: Bool) -> [String] {
    let stages = Stage.allCases.map { stage -> String in
      let done = chunks.compactMap { $0[stage] }
      guard !done.isEmpty else { return "–" }
      let rows = done.reduce(0) { $0 + $1.rowsIn }
      let part = done.count < chunks.count ? " (\(done.count) of \(chunks.count))" : ""
      let time = ProgressBar.duration(done.reduce(0) { $0 + $1.seconds })
      return (isShort ? time : "\(rows.grouped) in \(time)") + part
    }
    let counts = chunks.compactMap { $0[.conflictResolve]?.counts }
    let issues = counts.reduce(0) { $0 + $1.hubspot.rejectedCells + $1.salesforce.rejectedCells }
    let rows = chunks.reduce(0) { $0 + ($1[.extract]?.rowsIn ?? 0) }
    return [name] + (isShort ? [rows.grouped] : []) + stages + [counts.isEmpty ? "–" : issues.grouped]
  }
}
