import FileStaging
import Foundation

/// `datapackage.json` beside a run's files: what each of them is, for tools that read Frictionless data packages.
struct DataPackage {
  private let folder: LoadFolder
  private let run: String
  private var directory: String { folder.path }

  init(_ folder: LoadFolder, run: String) {
    self.folder = folder
    self.run = run
  }

  private struct Package: Encodable {
    var profile = "data-package"
    var name: String
    var title: String
    var resources: [Resource]
  }

  private struct Resource: Encodable {
    struct Field: Encodable {
      var name: String
      var type = "string"
    }
    struct Schema: Encodable {
      var fields: [Field]
      var missingValues = [""]
    }
    var profile: String
    var name: String
    var path: String
    var format: String
    var mediatype: String
    var encoding = "utf-8"
    var bytes: Int
    var schema: Schema?
  }

  /// Writes it. Cells are strings: they are in the notation of the side that reads them.
  func write() throws {
    let files = ((try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []).sorted()
    let resources = try files.compactMap { try resource($0) }
    let package = Package(
      name: Self.identifier("resync-\(run)"), title: "Load files and reports of the resync run \(run)",
      resources: resources)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(package), as: UTF8.self)
    try AtomicFile.write(text + "\n", to: "\(directory)/datapackage.json", noted: folder.noted("datapackage.json"))
  }

  private func resource(_ path: String) throws -> Resource? {
    let kinds = ["csv": "text/csv", "jsonl": "application/x-ndjson", "json": "application/json"]
    let format = (path as NSString).pathExtension
    guard let mediatype = kinds[format], path != "datapackage.json" else { return nil }
    let file = "\(directory)/\(path)"
    let size = (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    let isTable = format == "csv"
    let header = isTable ? try LineReader(file).next() ?? "" : ""
    let fields = header.split(separator: ",", omittingEmptySubsequences: false).map {
      Resource.Field(name: String($0))
    }
    return Resource(
      profile: isTable ? "tabular-data-resource" : "data-resource", name: Self.identifier(path), path: path,
      format: format, mediatype: mediatype, bytes: size, schema: isTable ? .init(fields: fields) : nil)
  }

  /// Names of packages and resources have small letters, digits, and `. - _` only.
  private static func identifier(_ text: String) -> String {
    String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
  }
}
