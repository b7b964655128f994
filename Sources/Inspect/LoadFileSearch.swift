import Foundation

/// Finds where the writes of a record stand in the load files of a run.
struct LoadFileSearch {
  /// The folder of the run's load files.
  let directory: String

  /// `FILE:LINE` of each line below `hubspot/` and `salesforce/` that writes the record which has one of the ids.
  func places(of ids: [String]) -> [String] {
    let needles = ids.filter { !$0.isEmpty }
    guard !needles.isEmpty else { return [] }
    return ["hubspot", "salesforce"].flatMap { folder -> [String] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")) ?? []
      return names.sorted().flatMap { name in places(in: "\(folder)/\(name)", needles) }
    }
  }

  private func places(in name: String, _ needles: [String]) -> [String] {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"), options: .mappedIfSafe)
    else { return [] }
    var found: [String] = []
    for pattern in needles.flatMap({ patterns(of: $0, isJSON: name.hasSuffix(".jsonl")) }) {
      guard let range = data.range(of: Data(pattern.utf8)) else { continue }
      // A pattern for CSV begins with the end of the line before.
      let start = name.hasSuffix(".jsonl") ? range.lowerBound : range.lowerBound + 1
      let place = "\(name):\(data[..<start].count(where: { $0 == UInt8(ascii: "\n") }) + 1)"
      if !found.contains(place) { found.append(place) }
    }
    return found
  }

  /// A number can be the value of any cell: the record's own id is the trace of a HubSpot input, and the first cell of a row for
  /// Salesforce.
  private func patterns(of id: String, isJSON: Bool) -> [String] {
    isJSON ? ["\"objectWriteTraceId\":\"\(id)\""] : ["\n\(id),", "\n\(id)\n"]
  }
}
