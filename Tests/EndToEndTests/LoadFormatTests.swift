import Foundation
import TestSupport
import Testing

/// What other programs want beside the load files, on request: Data Loader, HubSpot's import, data packages (semantics 6;
/// issue 8). The load files themselves stay as they are.
@Suite(.overBothStores) struct LoadFormatTests {
  private func night(_ formats: String) throws -> SampleNights {
    let nights = try SampleNights(chunkSize: 150)
    try nights.sandbox.change(SampleNights.pipelines[0], "files: ../out", to: "files: ../out\n  formats: [\(formats)]")
    try nights.sandbox.change(SampleNights.pipelines[1], "files: ../out", to: "files: ../out\n  formats: [\(formats)]")
    return nights
  }

  @Test func `they change nothing of the load files and reports`() throws {
    let plain = try SampleNights(chunkSize: 150)
    try plain.complete(1)
    let nights = try night("data_loader, hubspot_import, datapackage")
    try nights.complete(1)
    let extra = differences(try plain.sandbox.contents(under: "out"), try nights.sandbox.contents(under: "out"))
    #expect(!extra.isEmpty && extra.allSatisfy { $0.hasSuffix(" is new") }, "\(extra)")
  }

  @Test func `verify finds a run with them whole, and names one that was changed`() throws {
    let nights = try night("data_loader, hubspot_import, datapackage")
    try nights.complete(1)
    func verify() throws -> Outcome {
      try Program.run("resync", ["verify", nights.pipeline(1), "--run", "n1"])
    }
    let whole = try verify()
    #expect(whole.exitCode == 0, "\(whole.output) \(whole.messages)")
    let names = try nights.sandbox.names(under: "out/n1/hubspot").filter { $0.hasSuffix("-import.csv") }
    let changed = "out/n1/hubspot/\(try #require(names.first))"
    try nights.sandbox.write(changed, try nights.sandbox.text(changed) + "1,more\n")
    let broken = try verify()
    #expect(broken.exitCode == 1)
    #expect((broken.output + broken.messages).contains(changed), "\(broken.output) \(broken.messages)")
  }

  @Test func `each Salesforce file has an sdl that maps every column to the field of its name`() throws {
    let nights = try night("data_loader")
    try nights.complete(1)
    let files = try nights.sandbox.names(under: "out/n1/salesforce")
    let tables = files.filter { $0.hasSuffix(".csv") }
    #expect(tables.count > 2 && files.count == 2 * tables.count, "\(files)")
    for table in tables {
      let header = CSVDocument(try nights.sandbox.data("out/n1/salesforce/\(table)")).header
      let lines = try nights.sandbox.text("out/n1/salesforce/\(table.dropLast(4)).sdl").split(separator: "\n")
      #expect(lines.filter { !$0.hasPrefix("#") } == header.map { "\($0)=\($0)" }, "\(table)")
    }
  }

  /// Record, property and value of every input of the batch files of a night.
  private func batches(_ nights: SampleNights, _ run: String) throws -> [[String]] {
    try nights.sandbox.names(under: "out/\(run)/hubspot").filter { $0.hasSuffix(".jsonl") }.flatMap { name in
      try nights.sandbox.text("out/\(run)/hubspot/\(name)").split(separator: "\n").flatMap { line in
        let body = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: [[String: Any]]]
        return (body?["inputs"] ?? []).flatMap { input -> [[String]] in
          let id = input["id"] as? String ?? ""
          let properties = input["properties"] as? [String: String] ?? [:]
          return properties.map { [id, $0.key, $0.value] }
        }
      }
    }
  }

  @Test func `HubSpot's import files and the lists of clears together say what the batch files say`() throws {
    let nights = try night("hubspot_import")
    try nights.complete(1)
    let outcome = try nights.run(2, as: "n2", ["--create-anyway"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    var said: [[String]] = []
    var clears = 0
    for name in try nights.sandbox.names(under: "out/n2/hubspot") where name.hasSuffix(".csv") {
      let table = CSVDocument(try nights.sandbox.data("out/n2/hubspot/\(name)"))
      for row in table.rows {
        let id = table.text(row, "hs_object_id")
        if name.hasSuffix("-import-clears.csv") {
          said.append([id, table.text(row, "property"), ""])
          clears += 1
        } else {
          said += table.header.filter { $0 != "hs_object_id" && !table.text(row, $0).isEmpty }.map {
            [id, $0, table.text(row, $0)]
          }
        }
      }
      if !name.contains("-create-") { #expect(table.header.first == "hs_object_id") }
    }
    func sorted(_ rows: [[String]]) -> [String] { rows.map { $0.joined(separator: "\u{1F}") }.sorted() }
    #expect(sorted(said) == sorted(try batches(nights, "n2")))
    #expect(clears > 0 && outcome.messages.contains("cannot be said in a HubSpot import"), "\(outcome.messages)")
  }

  @Test func `the data package names every file, with its size and its columns`() throws {
    let nights = try night("datapackage")
    try nights.complete(1)
    let json = try JSONSerialization.jsonObject(with: try nights.sandbox.data("out/n1/datapackage.json"))
    let package = try #require(json as? [String: Any])
    let resources = try #require(package["resources"] as? [[String: Any]])
    let names = try nights.sandbox.names(under: "out/n1").filter { $0 != "datapackage.json" }
    #expect(resources.compactMap { $0["path"] as? String }.sorted() == names.sorted())
    for resource in resources {
      let path = try #require(resource["path"] as? String)
      let data = try nights.sandbox.data("out/n1/\(path)")
      #expect(resource["bytes"] as? Int == data.count)
      guard path.hasSuffix(".csv") else { continue }
      let fields = (resource["schema"] as? [String: Any])?["fields"] as? [[String: String]]
      #expect(fields?.compactMap { $0["name"] } == CSVDocument(data).header, "\(path)")
    }
  }

  @Test func `a format that is not known is refused, and the message names those that are`() throws {
    let nights = try night("sdl")
    let outcome = try nights.run(1)
    #expect(outcome.exitCode == 2 && outcome.messages.contains("data_loader"), "\(outcome.messages)")
  }
}
