import Foundation
import PipelineFile
import Testing

/// What is wrong with a pipeline is said with file, line, and what to do (interface, exit 2).
@Suite struct PipelineErrorTests {
  /// A change of the good pipeline, and all that is said of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let part: String, other: String
    let complaints: [String]
    var testDescription: String { other.isEmpty ? "without \(part)" : other }

    init(_ part: String, _ other: String, _ complaints: String...) {
      self.part = part
      self.other = other
      self.complaints = complaints.map { "pipeline.yaml:\($0)" }
    }
  }

  static let keys = [
    Case(
      "name: companies\n", "nmae: companies\n", "1: unknown key nmae; did you mean name?",
      "1: the pipeline needs the key name"),
    Case("load:", "chunksize: 5\nload:", "19: unknown key chunksize; did you mean chunk_size?"),
    Case(
      "{csv: owners.csv}", "{cvs: owners.csv}",
      "7: unknown key cvs in sources.hubspot.owners; did you mean csv?",
      "7: sources.hubspot.owners needs csv or postgres"),
    Case(
      "    mappings:", "    mapping:",
      "12: objects.companies needs the key mappings",
      "14: unknown key mapping in objects.companies; did you mean mappings?"),
    Case(
      "compare: domain", "comparison: domain",
      "15: unknown key comparison in objects.companies.keys; did you mean compare?"),
    Case(
      "describe: Account.json", "properties: Account.json",
      "9: unknown key properties in sources.salesforce.Account; did you mean postgres?"),
    Case("name: companies\n", "name: companies\nname: twice\n", "1: the key name occurs twice"),
  ]

  static let values = [
    Case(
      "load:", "chunk_size: 200001\nload:",
      "19: chunk_size is 200001: a chunk, a load file or a wave never has more than 200,000 companies"),
    Case(
      "load:", "chunk_size: 99999999999999999999999\nload:",
      "19: chunk_size is 99999999999999999999999: a chunk, a load file or a wave never has more than 200,000 companies"
    ),
    Case("load:", "chunk_size: 0\nload:", "19: chunk_size is 0: a whole number from 1 to 200000 is needed"),
    Case(
      "load:", "chunk_size: many\nload:", "19: chunk_size is many: a whole number from 1 to 200000 is needed"),
    Case(
      "load:", "max_creates: 0.05\nload:",
      "19: max_creates is 0.05: a percentage such as 5% or a whole number is needed"),
    Case(
      "load:", "keep_baseline: 0\nload:",
      "19: keep_baseline is 0: a whole number from 1 to 1000000 is needed"),
    Case(
      "load:", "timezone: Oslo\nload:",
      "19: timezone is Oslo: that is no time zone; write one such as Europe/Oslo"),
    Case(
      "\"005000000000001AAA\"", "5",
      "18: integration_user is 5: that is no Salesforce id of 15 or 18 characters; put it in quotes"),
    Case("name: companies\n", "name: [a]\n", "1: name needs a single value"),
    Case("name: companies\n", "name:\n", "1: name has no value"),
    Case("name: companies\n", "name: \" \"\n", "1: name is blank"),
    Case(
      "name: companies\n", "name: a/b\n",
      "1: name is a/b: it names a folder, so no / and no . in front, and 200 bytes at most"),
    Case(
      "companies: {csv: hubspot/companies.csv, properties: hubspot/companies.json}", "companies: here.csv",
      "6: sources.hubspot.companies needs keys and values, as in `key: value`"),
    Case("{csv: owners.csv}", "{csv: []}", "7: sources.hubspot.owners.csv names no file"),
    Case(
      "{csv: owners.csv}", "{csv: owners.csv, encoding: utf-9}",
      "7: sources.hubspot.owners.encoding is utf-9: that encoding is not known; "
        + "use utf-8, utf-16, windows-1252 or iso-8859-1"),
    Case(
      "{csv: owners.csv}", "{csv: owners.csv, delimiter: x}",
      "7: sources.hubspot.owners.delimiter is x: it must be one of , ; tab | ^ `"),
    Case(
      "{csv: owners.csv}", "{csv: owners.csv, date_order: ymd}",
      "7: sources.hubspot.owners.date_order is ymd: it must be mdy or dmy"),
    Case(
      "{csv: owners.csv}", "{csv: owners.csv, labels: maybe}",
      "7: sources.hubspot.owners.labels is maybe: true or false is needed"),
    Case(
      "{csv: owners.csv}", "{csv: owners.csv, labels: true}",
      "7: sources.hubspot.owners.labels needs properties, which knows the labels"),
    Case(
      "compare: domain", "compare: soundex",
      "15: objects.companies.keys.compare is soundex: it must be exact or ignore_case or phone or domain"),
    Case(
      "keys: [{hubspot: domain, salesforce: Website, compare: domain}]", "keys: domain",
      "15: objects.companies.keys needs a list, as in `[{…}, {…}]`"),
    Case("csv: staging", "csv: staging\n  postgres: {url: x}", "2: staging needs one of csv and postgres"),
    Case(
      "load:\n  files: out", "load: {postgres: {url: x}}",
      "19: load needs the key files, the folder of load files and reports; postgres is written beside it"),
    Case(
      "files: out", "files: out\n  postgres: {url: x, tables: {acount: {}}}",
      "21: load.postgres.tables.acount: the pipeline has no such object; did you mean Account?"),
    Case(
      "{csv: owners.csv}", "{postgres: {url: x}}",
      "7: sources.hubspot.owners.postgres needs one of table and query"),
    Case(
      "{csv: owners.csv}", "{csv: owners.csv, history: {postgres: {url: x}}}",
      "7: sources.hubspot.owners.history.postgres needs one of table and query"),
    Case(
      "{csv: owners.csv}", "{csv: owners.csv, history: {table: x}}",
      "7: unknown key table in sources.hubspot.owners.history; did you mean postgres?",
      "7: sources.hubspot.owners.history needs the key postgres"),
    Case(
      "csv: staging", "csv: \"${1X}\"",
      "3: staging.csv: after ${ comes the name of an environment variable, and }"),
  ]

  static let objects = [
    Case(
      "salesforce: [Account]", "salesforce: [Acount]",
      "12: objects.companies.link names no property for Acount; "
        + "write link: {Acount: the_property_that_holds_its_id}",
      "12: objects.companies needs the source sources.salesforce.Acount; the nearest one is Account"),
    Case(
      "  companies:\n    salesforce", "  company:\n    salesforce",
      "12: objects.company.link names no property for Account; write link: {Account: the_property_that_holds_its_id}",
      "12: objects.company needs the source sources.hubspot.company; the nearest one is companies"),
    Case(
      "    salesforce: [Account]\n", "",
      "12: objects.companies needs the key salesforce, with one object or more"),
    Case(
      "salesforce: [Account]", "salesforce: [Account, Account]",
      "13: objects.companies.salesforce names Account twice"),
    Case(
      "    hubspot_id_field: HubSpot_Id__c\n", "",
      "16: objects.companies: create_in salesforce needs hubspot_id_field, the field that holds the HubSpot id"
    ),
    Case(
      "HubSpot_Id__c", "HubSpotId__c",
      "12: objects.companies.hubspot_id_field: Account has no field HubSpotId__c; did you mean HubSpot_Id__c?"
    ),
    Case(
      "HubSpot_Id__c", "Formula__c",
      "12: objects.companies: create_in salesforce needs to write Account.Formula__c, which is read-only"),
    Case(
      "    create_in:", "    create_as: Lead\n    create_in:",
      "16: objects.companies.create_as is Lead: it must be one of salesforce; did you mean Account?"),
    Case(
      "    create_in:", "    link: {Account: locked}\n    create_in:",
      "16: objects.companies: create_in hubspot needs a link property that can be written; locked is read-only; "
        + "link can name another"),
    Case(
      "    create_in:", "    link: {Account: lokced}\n    create_in:",
      "16: HubSpot has no property lokced; did you mean locked?"),
    Case(
      "    create_in:", "    link: {Acount: locked}\n    create_in:",
      "16: unknown key Acount in objects.companies.link; did you mean Account?",
      "16: objects.companies.link names no property for Account; "
        + "write link: {Account: the_property_that_holds_its_id}"),
    Case(
      "create_in: [hubspot, salesforce]", "create_in: [hubspot, sales]",
      "16: objects.companies.create_in is sales: it must be hubspot or salesforce"),
    Case("hubspot: domain", "hubspot: domian", "15: HubSpot has no property domian; did you mean domain?"),
    Case(
      "salesforce: Website", "salesforce: website", "15: Account has no field website; did you mean Website?"),
    Case(
      "    owners: {csv: owners.csv}\n", "",
      "11: objects.companies: the mapping of hubspot_owner_id needs the source sources.hubspot.owners"),
    Case("mappings.csv", "other.csv", "12: objects.companies.mappings: there is no file other.csv"),
    Case("Account.json", "other.json", "9: sources.salesforce.Account.describe: there is no file other.json"),
  ]

  @Test(arguments: keys + values + objects) func `each fault is named with its line and what to do`(
    fault: Case
  ) throws {
    let folder = try PipelineFolder()
    try folder.change("pipeline.yaml", fault.part, fault.other)
    #expect(folder.complaints() == fault.complaints)
  }

  @Test func `several objects and no create_as is refused`() throws {
    let folder = try PipelineFolder()
    try folder.write(
      "pipeline.yaml", PipelineTests.contacts.replacingOccurrences(of: "    create_as: Contact\n", with: ""))
    #expect(
      folder.complaints()
        == ["pipeline.yaml:13: objects.contacts: create_in salesforce needs create_as, one of Lead, Contact"])
  }

  @Test func `a default link that HubSpot keeps read-only cannot be created with`() throws {
    let folder = try PipelineFolder()
    try folder.change("hubspot/companies.json", #""readOnlyValue": false"#, #""readOnlyValue": true"#)
    let complaint =
      "pipeline.yaml:12: objects.companies: create_in hubspot needs a link property that can be written; "
      + "salesforceaccountid is read-only; link can name another"
    #expect(folder.complaints() == [complaint])
    try folder.change("pipeline.yaml", "create_in: [hubspot, salesforce]", "create_in: [salesforce]")
    #expect(folder.complaints().isEmpty)
    #expect(try folder.load().objects.first?.links.first?.isWritable == false)
  }

  @Test func `a pipeline of activities is refused where one of records is needed`() throws {
    let folder = try PipelineFolder()
    try folder.write("pipeline.yaml", "name: a\nclock: x\nactivities:\n  direction: hubspot_to_salesforce\n")
    #expect(
      folder.complaints() == ["pipeline.yaml:3: is a pipeline of activities: this command is for pipelines of records"])
  }

  @Test(arguments: [
    ("", "pipeline.yaml: is empty"),
    ("text", "pipeline.yaml:1: a pipeline file needs keys and values, as in `key: value`"),
    ("a: b\n---\nc: d\n", "pipeline.yaml:2: is no YAML:"), ("a: [b\n", "pipeline.yaml:2: is no YAML:"),
    ("a: b\n c: d\n", "pipeline.yaml:2: is no YAML:"), ("a: \"\\x\"\n", "pipeline.yaml:1: is no YAML:"),
    ("a: *b\n", "pipeline.yaml:1: is no YAML:"), ("? [a]\n: b\n", "pipeline.yaml:1:"),
    (String(repeating: "[", count: 5000), "pipeline.yaml:1: is no YAML:"),
  ])
  func `what is no YAML is refused with its line`(text: String, beginning: String) throws {
    let folder = try PipelineFolder()
    try folder.write("pipeline.yaml", text)
    let complaint = try #require(folder.complaints().first)
    #expect(complaint.hasPrefix(beginning), "\(complaint)")
  }

  @Test func `what is no UTF-8 is refused`() throws {
    let folder = try PipelineFolder()
    try folder.write("pipeline.yaml", Data([0x61, 0x3A, 0x20, 0xFF]))
    #expect(folder.complaints() == ["pipeline.yaml: is no UTF-8: save it as UTF-8"])
  }

  @Test func `aliases of aliases are refused before they grow`() throws {
    let folder = try PipelineFolder()
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    try folder.write("pipeline.yaml", bomb)
    #expect(folder.complaints() == ["pipeline.yaml:3: uses more than 16 anchors and aliases"])
  }

  @Test func `a file that is not there is named`() throws {
    let error = #expect(throws: PipelineError.self) { try loadPipeline("/nowhere/p.yaml", environment: [:]) }
    #expect(
      error?.description
        == "/nowhere/p.yaml: there is no such file; name a pipeline file; "
        + "resync init DIRECTORY writes one from a folder of exports"
    )
  }

  @Test func `all that is wrong with a file is said at once, in the order of its lines`() throws {
    let folder = try PipelineFolder()
    try folder.change("pipeline.yaml", "load:", "max_shrink: x\nload:")
    try folder.change("pipeline.yaml", "name: companies\n", "nmae: companies\n")
    try folder.change("pipeline.yaml", "compare: domain", "compare: x")
    #expect(folder.complaints().count == 4)
    let error = #expect(throws: PipelineError.self) { try folder.load() }
    #expect(error?.all.map(\.line) == [1, 1, 15, 19])
  }
}
