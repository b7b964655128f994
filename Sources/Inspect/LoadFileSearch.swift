import Foundation

/// Finds where the writes of a record stand in the load files of a run.
struct LoadFileSearch {
  /// The folder of the run's load files.
  let directory: String

  /// `FILE:LINE` of each line below `hubspot/` and `salesforce/` in which one of the ids stands as a whole value.
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
    let isJSON = name.hasSuffix(".jsonl")
    var found: [String] = []
    for needle in needles {
      // An id is a whole value: quoted in JSON; in CSV at the begin of a row, or as a cell.
      let patterns = isJSON ? ["\"\(needle)\""] : [needle]
      for pattern in patterns {
        guard let range = data.range(of: Data(pattern.utf8)) else { continue }
        let line = data[..<range.lowerBound].count(where: { $0 == UInt8(ascii: "\n") }) + 1
        let place = "\(name):\(line)"
        if !found.contains(place) { found.append(place) }
      }
    }
    return found
  }
}
