import Foundation
import TestSupport
import Testing

/// `resync report --html`: a run as one page that needs nothing else (issue 8; interface, `resync report`).
@Suite(.overBothStores) struct ReportPageTests {
  private func twoNights() throws -> SampleNights {
    let nights = try SampleNights(chunkSize: 100)
    for night in 1...2 { try nights.complete(night) }
    return nights
  }

  private func page(_ file: String, _ options: String...) throws -> String { try ReportPage(of: file, options).html }

  @Test func `the figures are those of the run's reports`() throws {
    let nights = try twoNights()
    let page = try ReportPage(of: nights.pipeline(2))
    func rows(_ file: String) throws -> [[String: String]] {
      let document = CSVDocument(try nights.sandbox.data("out/n2/\(file)"))
      let columns = document.header
      return document.rows.map { row in
        Dictionary(uniqueKeysWithValues: columns.map { ($0, document.text(row, $0)) })
      }
    }
    let changes = try rows("changes.csv").filter { $0["reason"] != "created" }
    let figures = page.tiles
    #expect(figures["changes of HubSpot cells"] == "\(changes.filter { $0["side"] == "hubspot" }.count)")
    #expect(figures["changes of Salesforce cells"] == "\(changes.filter { $0["side"] == "salesforce" }.count)")
    #expect(figures["conflicts"] == "\(try rows("conflicts.csv").count)")
    #expect(figures["issues"] == "\(try rows("rejects.csv").count)")
    for reject in try rows("rejects.csv").prefix(3) {
      #expect(page.html.contains("\(reject["file"] ?? ""):\(reject["line"] ?? "")</th>"), "file and line of an issue")
    }
  }

  @Test func `the picture of the rows balances, and the runs before are shown`() throws {
    let nights = try twoNights()
    let html = try page(nights.pipeline(2))
    let text = try Program.run("resync", ["report", nights.pipeline(2)]).output
    let balances = text.matches(of: /\d+ rows read = \d+ paired \+ \d+ unmatched \+ \d+ rejected \+ \d+ excluded/)
    #expect(balances.count == 2)
    for match in html.matches(
      of: /(\d+) rows read = (\d+) paired \+ (\d+) unmatched \+ (\d+) excluded \+ (\d+) rejected\./)
    {
      let numbers = [match.1, match.2, match.3, match.4, match.5].compactMap { Int($0) }
      #expect(numbers[0] == numbers.dropFirst().reduce(0, +))
      #expect(
        text.contains(
          "\(numbers[0]) rows read = \(numbers[1]) paired + \(numbers[2]) unmatched + \(numbers[4]) rejected"))
    }
    #expect(html.contains("<th scope=\"row\">n1</th>") && html.contains("<th scope=\"row\">n2</th>"))
  }

  @Test func `the page lies beside the load files, for its owner only, and is the same each time`() throws {
    let nights = try twoNights()
    let first = try page(nights.pipeline(2))
    #expect(nights.sandbox.has("out/n2/report.html"))
    let attributes = try FileManager.default.attributesOfItem(atPath: nights.sandbox.file("out/n2/report.html"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try page(nights.pipeline(2), nights.sandbox.file("other.html")) == first)
    let verified = try Program.run("resync", ["verify", nights.pipeline(2), "--run", "n2"])
    #expect(verified.exitCode == 0, "a page is no damage: \(verified.output)\(verified.messages)")
  }

  // MARK: Values

  private func hostileRun(_ name: String) throws -> SmallPipeline {
    let pipeline = try SmallPipeline("page", "max_creates: 10")
    let account = SalesforceIDs.account(1)
    try pipeline.write(
      companies: [
        "101,\(name),one.example,,Oslo,,\(account),2026-11-01T08:00:00Z",
        "102,Fine,two.example,,Oslo,many,,2026-11-01T08:00:00Z",
      ],
      accounts: ["\(account),Other,one.example,,Oslo,,,2026-11-01T08:00:00Z"])
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "r"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    return pipeline
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "\"\"\u{301} onload=alert(1) x=", "</td><img src=x onerror=alert(1)>",
    "{{#objects}}{{{name}}}{{/objects}}", "' onmouseover='alert(1)",
  ])
  func `a value is shown as text, whatever it holds`(name: String) throws {
    let pipeline = try hostileRun(name.hasPrefix("\"") ? "\"\(name)\"" : name)
    let html = try page(pipeline.file)
    for tag in ["<script", "<img", "onload=alert(1) x=\"", "x='alert"] { #expect(!html.contains(tag), "\(tag)") }
    // No attribute holds anything but words and numbers of ours.
    for match in html.matches(of: /\s([a-z-]+)="([^"]*)"/) where match.1 != "content" {
      #expect(!match.2.contains("alert"), "\(match.0)")
    }
    let known = name.contains("script") ? "&lt;script&gt;alert(1)&lt;/script&gt;" : "alert(1)"
    #expect(html.contains(name.contains("alert") ? known : "{{#objects}}"), "the value is there")
  }

  @Test func `without samples the page holds no value and no id`() throws {
    let pipeline = try hostileRun("Secretive")
    #expect(try page(pipeline.file).contains("Secretive"))
    let html = try page(pipeline.file, "--sample", "0")
    for value in ["Secretive", "Other", "one.example", "many", SalesforceIDs.account(1)] {
      #expect(!html.contains(value), "\(value)")
    }
  }

  @Test func `of a run whose values were purged the counts are left`() throws {
    let nights = try twoNights()
    let before = try ReportPage(of: nights.pipeline(2), ["--run", "n1"]).tiles
    let pruned = try Program.run(
      "resync", ["runs", "prune", nights.pipeline(2), "--keep", "1", "--purge-values"])
    #expect(pruned.exitCode == 0, "\(pruned.messages)")
    #expect(!nights.sandbox.has("out/n1/report.html"), "the page holds values, and goes with them")
    let after = try ReportPage(of: nights.pipeline(2), ["--run", "n1"])
    #expect(after.html.contains("were purged"))
    #expect(before["issues"] != "0" && after.tiles == before)
  }

  @Test(
    .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"),
    .overFilesOnly("it goes through the stores itself"))
  func `over staging in PostgreSQL the page is the same, but for times`() throws {
    let pages = try Store.allCases.map { store in
      let pipeline = try SmallPipeline("page-staging", "max_creates: 5000", in: store)
      let exports = GeneratedExports(300, night: 1, seed: 5)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
      let run = try pipeline.run("r")
      try #require(run.exitCode == 0, "\(run.messages)")
      let html = try page(pipeline.file)
      // When it began, and how long it took.
      let start = try #require(html.range(of: "<h2 id=\"runs\">")).lowerBound
      return html[..<start].replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "then")
    }
    #expect(pages[0].contains("Samples of changes") && pages[0] == pages[1])
  }

  @Test func `nothing in it points elsewhere`() throws {
    let nights = try twoNights()
    let html = try page(nights.pipeline(2))
    for word in ["src=", "href=\"http", "url(", "@import", "<link", "<script"] {
      #expect(!html.contains(word), "\(word)")
    }
    for match in html.matches(of: /href="([^"]*)"/) {
      #expect(html.contains("id=\"\(match.1.dropFirst())\""), "\(match.1) leads nowhere")
    }
  }

  // MARK: Refusals

  @Test(arguments: [
    (["--html", "pipeline.yaml"], "--html"), (["--html", "--json"], "--json and --html"),
    (["--html=page.txt"], "must end in .html"), (["--html", "--sample", "-1"], "--sample"),
    (["--html", "--run", "none"], "there is no run none"), (["--sample", "2"], "--sample 2 is for the page of --html"),
  ])
  func `what cannot be is refused with exit 2, and no file is touched`(options: [String], word: String) throws {
    let pipeline = try SmallPipeline("page-refused")
    try pipeline.write(companies: [], accounts: [])
    let outcome = try Program.run("resync", ["report", pipeline.file] + options)
    #expect(outcome.exitCode == 2 && outcome.messages.contains(word), "\(outcome.exitCode) \(outcome.messages)")
  }
}
