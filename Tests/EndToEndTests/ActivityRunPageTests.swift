import Foundation
import TestSupport
import Testing

/// `resync report --html` of runs of activities, over each store (requirement A9; issue 8; activities-pipelines 7).
@Suite struct ActivityRunPageTests {
  /// Two nights of an import; in the second some activities have changed.
  private func imported(_ store: Store = .files) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "page", in: store)
    for night in 1...2 {
      try GeneratedActivities.importPipeline(tasks: 150, night: night, into: pipeline)
      try pipeline.save(activities: ["updates: true"], settings: ["chunk_size: 60"])
      try pipeline.complete("n\(night)")
    }
    return pipeline
  }

  private func synced(_ store: Store = .files) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "page", in: store)
    try GeneratedActivities.syncPipeline(rows: 80, into: pipeline)
    try pipeline.save(settings: ["chunk_size: 50"])
    try pipeline.complete("r")
    return pipeline
  }

  /// `activities.json` of a run: the rows of each source.
  private func accounting(_ pipeline: ActivityPipeline, _ run: String) throws -> [String: [String: Any]] {
    let data = try pipeline.sandbox.data("out/\(run)/activities.json")
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
  }

  private func sum(_ rows: [String: [String: Any]], _ key: String) -> Int {
    rows.values.reduce(0) { $0 + ($1[key] as? Int ?? 0) }
  }

  /// By `SOURCE REASON` how many rows were left out.
  private func excluded(_ rows: [String: [String: Any]]) -> [String: Int] {
    rows.reduce(into: [:]) { all, source in
      for (reason, count) in source.value["excluded"] as? [String: Int] ?? [:] where count > 0 {
        all["\(source.key) \(reason)"] = count
      }
    }
  }

  private func leftOut(_ page: ReportPage) -> [String: Int] {
    page.table("Rows that were left out").reduce(into: [:]) { all, row in
      all["\(row["source"] ?? "") \(row["reason"] ?? "")", default: 0] += Int(row["rows"] ?? "") ?? 0
    }
  }

  // MARK: Figures

  @Test(arguments: Store.installed)
  func `of an import: what is created, updated, left out and rejected, as its files and reports say`(
    _ store: Store
  ) throws {
    let pipeline = try imported(store)
    let page = try ReportPage(of: pipeline.file)
    let rows = try accounting(pipeline, "n2")
    #expect(sum(rows, "updated") > 0 && sum(rows, "loaded") > 0 && !excluded(rows).isEmpty, "the test says something")
    #expect(page.tiles["activities created in HubSpot"] == "\(sum(rows, "loaded"))")
    #expect(page.tiles["activities updated in HubSpot"] == "\(sum(rows, "updated"))")
    #expect(page.tiles["rows rejected"] == "\(sum(rows, "rejected"))")
    #expect(page.tiles["rows left out"] == "\(excluded(rows).values.reduce(0, +))")
    #expect(page.tiles["open tasks overdue"] == "\(sum(rows, "overdue"))")
    #expect(page.tiles["issues"] == "\(try pipeline.results("n2").rejects().count)")
    #expect(leftOut(page) == excluded(rows))
    for (source, counts) in rows {
      let row = try #require(page.table("Rows of each source").first { $0["source"] == source })
      for column in ["read", "loaded", "updated", "rejected"] {
        #expect(row[column] == "\(counts[column] as? Int ?? 0)", "\(source) \(column)")
      }
    }
    let inputs = try pipeline.inputs("n2").values
    for (column, file) in [("created", "create"), ("updated", "update")] {
      let written = Dictionary(grouping: inputs.filter { $0.file.hasSuffix(file) }) {
        $0.file.replacingOccurrences(of: "-\(file)", with: "")
      }
      let shown = page.counts("Rows of each kind", column).filter { $0.value > 0 }
      #expect(shown == written.mapValues(\.count), "\(column)")
    }
  }

  @Test(arguments: Store.installed)
  func `of an import: how many activities have a contact, a company, a deal, and what led nowhere`(
    _ store: Store
  ) throws {
    let pipeline = try imported(store)
    let page = try ReportPage(of: pipeline.file, ["--run", "n1"])
    let created = try pipeline.inputs("n1").values.filter { $0.file.hasSuffix("-create") }
    // The types of associations of each kind with contacts, companies and deals (domain facts 2.5).
    let types = [
      "calls": [194, 182, 206], "emails": [198, 186, 210], "meetings": [200, 188, 212], "tasks": [204, 192, 216],
    ]
    for (place, column) in ["with contact", "with company", "with deal"].enumerated() {
      let with = types.mapValues { types in
        created.filter { input in input.associations.contains { $0.hasSuffix(":\(types[place])") } }
      }
      let expected = with.map { kind, inputs in (kind, inputs.filter { $0.file == "\(kind)-create" }.count) }
      let shown = page.counts("Created activities of each kind", column)
      for (kind, count) in expected { #expect(shown[kind] ?? 0 == count, "\(kind) \(column)") }
    }
    #expect(page.html.contains(">\(created.reduce(0) { $0 + $1.associations.count }) associations in the load files"))
    let rejects = try pipeline.report("n1", "rejects")
    for code in ["link_not_found", "no_association"] {
      let count = rejects.rows.filter { rejects.text($0, "code") == code }.count
      let shown = page.table("Links and owners").filter { $0["code"] == code }.compactMap { Int($0["count"] ?? "") }
      #expect(shown.reduce(0, +) == count && count > 0, "\(code)")
    }
  }

  @Test(arguments: Store.installed)
  func `of a sync: tasks by kind, of contacts and leads, by whose they are, and what was left out`(
    _ store: Store
  ) throws {
    let pipeline = try synced(store)
    let page = try ReportPage(of: pipeline.file)
    let rows = try accounting(pipeline, "r")
    let tasks = try pipeline.tasks("r")
    #expect(page.tiles["tasks for Salesforce"] == "\(tasks.count)" && tasks.count > 100)
    #expect(leftOut(page) == excluded(rows))
    let kinds = Dictionary(grouping: tasks) { String($0.key.prefix { $0 != ":" }) }
    #expect(page.counts("Tasks of each kind, by whom", "tasks") == kinds.mapValues(\.count))
    let leads = kinds.mapValues { $0.filter { $0.value["WhoId"]?.hasPrefix("00Q") ?? false }.count }
    #expect(page.counts("Tasks of each kind, by whom", "of leads") == leads && leads.values.contains { $0 > 0 })
    let caption = "Tasks of each kind, unchanged ones too"
    let whose = ["the activity's owner", "the contact's owner", "the integration user"]
    let assigned = whose.map { page.counts(caption, $0).values.reduce(0, +) }
    let integration = tasks.filter { $0.value["OwnerId"] == ActivityPipeline.integration }.count
    #expect(assigned.reduce(0, +) == tasks.count && assigned[2] == integration && assigned[0] > 0)
    #expect(
      page.table("Links and owners").contains { $0["code"] == "contact_not_synced" && $0["source"] == "calls" })
  }

  @Test func `the picture of the rows balances, also while nothing is decided`() throws {
    let pipeline = try imported()
    for (run, words) in [("n2", "loaded"), ("half", "not decided yet")] {
      if run == "half" { try pipeline.complete(run, "--to", "map") }
      let page = try ReportPage(of: pipeline.file, ["--run", run])
      let balances = page.descriptions.filter { $0.contains(" rows read = ") }
      #expect(balances.count == 3 && balances.allSatisfy { $0.contains(words) })
      for balance in balances {
        let numbers = balance.matches(of: /\d+/).compactMap { Int($0.0) }
        #expect(numbers[0] == numbers.dropFirst().reduce(0, +), "\(balance)")
      }
    }
    let runs = try ReportPage(of: pipeline.file, ["--run", "half"]).table("The last")
    #expect(runs.map { $0["run"] } == ["half", "n2", "n1"] && runs[1]["activities updated"] != "0")
    #expect(!pipeline.sandbox.has("out/half/report.html"), "nothing is loaded: the page lies beside the tables")
    try GeneratedActivities.importPipeline(tasks: 180, into: pipeline)
    try pipeline.complete("look", "--dry-run")
    let ahead = try ReportPage(of: pipeline.file, ["--run", "look"]).html
    let preview = try pipeline.sandbox.data("staging/activities/runs/look/preview/activities.json")
    let rows = try #require(try JSONSerialization.jsonObject(with: preview) as? [String: [String: Any]])
    let isSaid = ahead.contains(">\(sum(rows, "written")) activities for the load files, not written yet.<")
    #expect(isSaid && sum(rows, "written") > 20)
  }

  // MARK: What it is

  @Test func `the page lies beside the load files, points nowhere else, and is the same each time`() throws {
    let pipeline = try imported()
    let page = try ReportPage(of: pipeline.file)
    #expect(pipeline.sandbox.has("out/n2/report.html"))
    #expect(try ReportPage(of: pipeline.file, [pipeline.sandbox.file("other.html")]).html == page.html)
    for word in ["src=", "href=\"http", "url(", "@import", "<link", "<script"] { #expect(!page.html.contains(word)) }
    for match in page.html.matches(of: /href="([^"]*)"/) {
      #expect(page.html.contains("id=\"\(match.1.dropFirst())\""), "\(match.1) leads nowhere")
    }
    let verified = try Program.run("resync", ["verify", pipeline.file, "--run", "n2"])
    #expect(verified.exitCode == 0, "a page is no damage: \(verified.output)\(verified.messages)")
  }

  @Test(.enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"), arguments: [true, false])
  func `over staging in PostgreSQL the page is the same, but for times`(isImport: Bool) throws {
    let pages = try [Store.files, .postgres].map { store in
      let pipeline = try isImport ? imported(store) : synced(store)
      let html = try ReportPage(of: pipeline.file).html
      // When it began, and how long it took.
      let start = try #require(html.range(of: "<h2 id=\"runs\">")).lowerBound
      return html[..<start].replacing(/Begun \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "then")
    }
    #expect(pages[0].contains("Samples of what is written") && pages[0] == pages[1])
  }

  @Test(arguments: ["<script>alert(1)</script>", "</td><img src=x onerror=alert(1)>", "{{#sections}}{{{name}}}"])
  func `a subject is shown as text, whatever it holds, and not at all without samples`(subject: String) throws {
    let (pipeline, _) = try ImportRuleTests.importTasks([
      ["Subject": subject], ["OwnerId": "unknown", "Subject": "Fine"],
    ])
    let page = try ReportPage(of: pipeline.file)
    #expect(page.table("Samples of what is written").first?["subject"] == subject)
    for tag in ["<script", "<img"] { #expect(!page.html.contains(tag)) }
    let bare = try ReportPage(of: pipeline.file, ["--sample", "0"])
    for value in [subject, "alert", "Fine", SalesforceIDs.id("00T", 1), "unknown"] {
      #expect(!bare.html.contains(value), "\(value)")
    }
    #expect(bare.tiles == page.tiles)
  }

  @Test(arguments: Store.installed)
  func `of a run whose values were purged the counts are left`(_ store: Store) throws {
    let pipeline = try imported(store)
    let before = try ReportPage(of: pipeline.file, ["--run", "n1"])
    let pruned = try Program.run("resync", ["runs", "prune", pipeline.file, "--keep", "1", "--purge-values"])
    #expect(pruned.exitCode == 0, "\(pruned.messages)")
    let after = try ReportPage(of: pipeline.file, ["--run", "n1"])
    #expect(after.html.contains("were purged") && leftOut(after) == leftOut(before))
    #expect(after.tiles["activities created in HubSpot"] == before.tiles["activities created in HubSpot"])
    #expect(after.table("Samples of what is written").isEmpty)
  }

  // MARK: Refusals

  @Test(arguments: [
    (["--html", "--csv"], "--csv"), (["--html", "--json"], "--json and --html"),
    (["--html", "--type", "Call"], "filters"), (["--html", "--run", "none"], "there is no run none"), ([], "--html"),
  ])
  func `what cannot be is refused with exit 2, and says what can`(options: [String], word: String) throws {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "page")
    try pipeline.write("Task", [])
    try pipeline.save()
    let outcome = try Program.run("resync", ["report", pipeline.file] + options)
    #expect(outcome.exitCode == 2 && outcome.messages.contains(word), "\(outcome.exitCode) \(outcome.messages)")
  }
}
