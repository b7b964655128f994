import Foundation
import TestSupport
import Testing

/// A pipeline, a mapping file or metadata that cannot be read: exit 2, the file and its line, and nothing is touched
/// (interface, "Command line"). The messages of each fault are tested beside the readers; here that every command holds to
/// it, and that the worst files are refused at once.
@Suite(.overBothStores) struct BrokenDefinitionTests {
  private let pipeline: SmallPipeline
  private var sandbox: Sandbox { pipeline.sandbox }

  init() throws {
    pipeline = try SmallPipeline("definition", "max_creates: 5")
    try pipeline.write(companies: ["101,One,one.example,,Oslo,,,2026-11-01T08:00:00Z"], accounts: [])
  }

  /// Runs a command that must refuse, and touch nothing.
  private func expectRefused(_ command: String, _ beginning: String) throws {
    let before = try sandbox.contents(under: ".")
    let start = ContinuousClock.now
    let outcome = try Program.run("resync", [command, pipeline.file])
    #expect(outcome.exitCode == 2, "\(command): \(outcome.messages)")
    #expect(outcome.messages.contains(beginning), "\(command): \(outcome.messages)")
    #expect(outcome.output.isEmpty)
    #expect(ContinuousClock.now - start < .seconds(5), "\(command)")
    #expect(try sandbox.contents(under: ".") == before, "\(command)")
  }

  private static let commands = ["run", "status", "verify"]

  @Test(arguments: [
    ("pipeline.yaml", "name: [", "pipeline.yaml:2: is no YAML"),
    ("mappings.csv", "hubspot_property,salesforce_field\n", "mappings.csv:1: the column sync_rule is missing"),
    ("companies.properties.json", "{\"results\": [\n{\"name\": 5}]}", "companies.properties.json:2: is not a list"),
    ("companies.properties.json", "{\"results\": [\n,]}", "companies.properties.json:2: is broken JSON"),
    (
      "Account.describe.json", "{\"name\": \"Account\",\n\n\"fields\": 7}",
      "Account.describe.json:3: is not the describe"
    ),
  ])
  func `every command names the file and its line, and touches nothing`(
    file: String, text: String, beginning: String
  ) throws {
    try sandbox.write(file, text)
    for command in Self.commands { try expectRefused(command, beginning) }
  }

  /// Ten aliases of ten aliases, thirty levels: 10³⁰ values. And the quieter kinds of it.
  @Test(
    .overFilesOnly("no store is looked for yet"),
    arguments: [
      "a: &a [x,x,x]\n" + (0..<30).map { "b\($0): &b\($0) [*a,*a,*a,*a,*a]\n" }.joined(),
      "a: &a\n  b: *a\n", "a: &a [*a, *a]\n", "<<: &x {<<: *x}\n",
      String(repeating: "{a: ", count: 20_000), String(repeating: "- ", count: 100_000),
      String(repeating: "? ", count: 50_000), "a: !!binary \"" + String(repeating: "A", count: 900_000) + "\"\n",
      String(repeating: "a: b\n", count: 20_000), "\u{FEFF}\u{FEFF}a", "%YAML 9.9\n---\na: b\n", "a: \"\\uD800\"\n",
      "name: x\u{0}y\n",
    ])
  func `a pipeline file that is made to grow, to nest or to loop is refused at once`(text: String) throws {
    try sandbox.write("pipeline.yaml", text)
    try expectRefused("run", "pipeline.yaml")
  }

  @Test func `a folder, or a stream without end, is no pipeline file`() throws {
    for path in [sandbox.path, "/dev/zero", "/dev/null"] {
      let outcome = try Program.run("resync", ["run", path])
      #expect(outcome.exitCode == 2, "\(path): \(outcome.messages)")
      #expect(outcome.messages.contains(path), "\(outcome.messages)")
    }
  }

  @Test(.overFilesOnly("the variable is a folder"))
  func `the environment is looked at once, and what it holds is never shown`() throws {
    try sandbox.change("pipeline.yaml", "csv: staging", to: "csv: \"${RESYNC_TEST_FOLDER}\"")
    let secret = "hunter2-${HOME}"
    let shell = "export RESYNC_TEST_FOLDER='\(sandbox.file(secret))'"
    let done = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: shell)
    #expect(done.exitCode == 0, "\(done.messages)")
    #expect(sandbox.has("\(secret)/companies/runs/n1/run.json"), "a variable in a variable is text")
    try sandbox.change("pipeline.yaml", "max_creates: 5", to: "max_creates: \"${RESYNC_TEST_FOLDER}\"")
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n2"], under: shell)
    #expect(outcome.exitCode == 2)
    #expect(!outcome.messages.contains("hunter2"), "\(outcome.messages)")
  }
}
