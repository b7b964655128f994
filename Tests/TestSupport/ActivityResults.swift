import Foundation

/// What a run of activities left behind: load files, `activities.json` and `rejects.csv`.
public struct ActivityResults {
  private let path: String

  /// A folder with the load files and reports of a run.
  public init(_ path: String) { self.path = path }

  /// The inputs of HubSpot's load files, by the file's name, each as JSON with sorted keys.
  public func inputs() throws -> [String: [String]] {
    var inputs: [String: [String]] = [:]
    let folder = "\(path)/hubspot"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let lines = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n")
      inputs[name] = try lines.flatMap { line -> [String] in
        let body = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        guard let all = body?["inputs"] as? [Any], (1...100).contains(all.count) else {
          throw HelperError("\(name): a line is no batch of 1 to 100 inputs")
        }
        return try all.map(Self.json)
      }
    }
    return inputs
  }

  /// The bytes of Salesforce's load files, by name.
  public func upserts() throws -> [String: Data] {
    var files: [String: Data] = [:]
    let folder = "\(path)/salesforce"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    return files
  }

  /// `activities.json` with sorted keys.
  public func accounting() throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/activities.json"))
    return try Self.json(try JSONSerialization.jsonObject(with: data))
  }

  /// The rows of `rejects.csv` without their messages, sorted.
  public func rejects() throws -> [String] {
    guard let data = FileManager.default.contents(atPath: "\(path)/rejects.csv") else { return [] }
    let document = CSVDocument(data)
    let columns = ["object", "side", "record_id", "file", "line", "field", "value", "code"]
    return document.rows.map { row in columns.map { document.text(row, $0) }.joined(separator: "|") }.sorted()
  }

  private static func json(_ tree: Any) throws -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try JSONSerialization.data(withJSONObject: tree, options: options), as: UTF8.self)
  }

  /// What is different from another folder; nothing, if both say the same.
  public func differences(from expected: ActivityResults) throws -> [String] {
    var found: [String] = []
    let (wanted, got) = (try expected.inputs(), try inputs())
    for name in Set(wanted.keys).union(got.keys).sorted() where wanted[name] != got[name] {
      let place = zip(wanted[name] ?? [], got[name] ?? []).first { $0.0 != $0.1 }
      found.append(
        "\(name): \(place?.0 ?? "so many: \(wanted[name]?.count ?? 0)") / \(place?.1 ?? "\(got[name]?.count ?? 0)")")
    }
    found += TestSupport.differences(try expected.upserts(), try upserts())
    let (a, b) = (try expected.accounting(), try accounting())
    if a != b { found.append("activities.json: \(a) / \(b)") }
    let (left, right) = (try expected.rejects(), try rejects())
    found += left.filter { !right.contains($0) }.map { "only expected: \($0)" }
    found += right.filter { !left.contains($0) }.map { "only actual: \($0)" }
    if found.isEmpty, left.count != right.count { found.append("rejects.csv: \(left.count) / \(right.count) rows") }
    return found
  }
}
