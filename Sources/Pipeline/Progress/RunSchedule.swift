import CRM
import Extract
import Foundation
import PipelineFile
import Records
import Staging

extension RunPlan {
  /// What a run of an object is going to do.
  func schedule(of object: ObjectPlan) -> RunSchedule {
    RunSchedule(object, sources[object.object] ?? [], chunkSize: definition.chunkSize)
  }
}

extension ProgressLog {
  /// What is going to be done, before it is: of the objects that are not extracted yet.
  func tellSchedule(of objects: [ObjectPlan], _ plan: RunPlan) {
    for object in objects { tell(plan.schedule(of: object).sentence, object: object.object) }
  }

  /// A stage begins work on these chunks of an object, which extract has cut.
  func begin(_ stage: Stage, _ object: String, _ chunks: [Int], of manifest: RunManifest) {
    let extracted = manifest.chunks.filter { $0.object == object && $0.stage == .extract }
    let rows = extracted.filter { chunks.contains($0.chunk) }.reduce(0) { $0 + $1.rowsOut }
    begin(stage, object, chunks: chunks.count, rows: rows)
  }
}

/// What a run is going to do, before it starts: how large the exports are, and into how many chunks they will be cut.
///
/// Rows are estimated from the first part of each file: counting them all would be the work itself.
struct RunSchedule {
  private let object: ObjectPlan
  private let chunkSize: Int
  /// The bytes of all files of the object as they lie on disk.
  let bytes: Int
  private let sides: [String]
  private let companies: Int?

  init(_ object: ObjectPlan, _ files: [SourceFile], chunkSize: Int) {
    self.object = object
    self.chunkSize = chunkSize
    let sizes = files.map { Self.size($0.path) }
    bytes = sizes.reduce(0, +)
    let rows = zip(files, sizes).map { Self.estimatedRows($0, bytes: $1) }
    func sum(_ side: Side) -> Int? {
      let counts = zip(files, rows).filter { $0.0.side == side }.map(\.1)
      return counts.contains { $0 == nil } ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
    }
    sides = [Side.hubspot, .salesforce].map { side in
      let size = zip(files, sizes).filter { $0.0.side == side }.reduce(0) { $0 + $1.1 }
      return "\(side.name) \(size.asBytes)" + (sum(side).map { ", about \(Self.rounded($0).grouped) rows" } ?? "")
    }
    companies = sum(.hubspot)
  }

  /// The schedule as a sentence.
  var sentence: String {
    guard let companies else { return "schedule \(object.object): \(sides.joined(separator: "; "))" }
    let chunks = max(1, (companies + chunkSize - 1) / chunkSize)
    // HubSpot imports at most so many rows of one file (semantics 6, Limits).
    let imports = max(1, (companies + 1_048_575) / 1_048_576)
    return "schedule \(object.object): \(sides.joined(separator: "; ")): "
      + "about \(chunks) chunk\(chunks == 1 ? "" : "s") of at most \(chunkSize.grouped), "
      + "at most \(imports) HubSpot import file\(imports == 1 ? "" : "s")"
  }

  private static func size(_ path: String) -> Int {
    var info = stat()
    return stat(path, &info) == 0 ? Int(info.st_size) : 0
  }

  /// Two figures are all that an estimate has.
  private static func rounded(_ count: Int) -> Int {
    var unit = 1
    while count / unit >= 1000 { unit *= 10 }
    return (count + unit / 2) / unit * unit
  }

  /// nil where the file is packed, or of another encoding than bytes with line breaks.
  private static func estimatedRows(_ file: SourceFile, bytes: Int) -> Int? {
    let name = file.path.lowercased()
    guard !name.hasSuffix(".gz"), !name.hasSuffix(".zip"), !(file.encoding ?? "").hasPrefix("utf-16"),
      let handle = FileHandle(forReadingAtPath: file.path), let sample = try? handle.read(upToCount: 1 << 20)
    else { return nil }
    let lines = sample.withUnsafeBytes { Self.lines(in: $0) }
    guard lines > 1 else { return max(0, lines - 1) }
    if sample.count == bytes { return lines - (sample.last == UInt8(ascii: "\n") ? 1 : 0) }
    return Int(Double(bytes) / Double(sample.count) * Double(lines))
  }

  /// How many rows end in a sample: a line break within quotes ends none.
  private static func lines(in sample: UnsafeRawBufferPointer) -> Int {
    var lines = 0
    var isQuoted = false
    for byte in sample {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n") && !isQuoted { lines += 1 }
    }
    return lines
  }
}
