import CRM
import Foundation
import PipelineFile
import Testing

/// A pipeline file that is as it should be (interface, "A pipeline").
@Suite struct PipelineTests {
  @Test func `a pipeline has the defaults of the spec where it says nothing`() throws {
    let folder = try PipelineFolder()
    let pipeline = try folder.load()
    let definition = pipeline.definition
    #expect(definition.name == "companies")
    #expect(definition.timezone.identifier == "UTC")
    #expect(definition.chunkSize == 200_000)
    #expect(definition.maxRejects == .share(billionths: 10_000_000))
    #expect(definition.maxShrink == .share(billionths: 200_000_000))
    #expect(definition.maxClears == .share(billionths: 50_000_000))
    #expect(definition.maxCreates == .share(billionths: 50_000_000))
    #expect(!definition.setsMaxCreates)
    #expect(definition.keepBaseline == 30)
    #expect(definition.echoSources.isEmpty)
    #expect(definition.integrationUser == "005000000000001AAA")
    let object = try #require(pipeline.objects.first)
    #expect(object.definition.firstRun == nil)
    #expect(object.definition.tie == .salesforce)
    #expect(!object.definition.salesforceBlankClears)
    #expect(object.definition.createIn == [.hubspot, .salesforce])
    #expect(object.links.map(\.property) == ["salesforceaccountid"])
    #expect(object.links.map(\.object) == [0])
    #expect(object.links.map(\.isWritable) == [true])
    #expect(object.hubspotSource.delimiter == UInt8(ascii: ","))
    #expect(object.mappings.map(\.kind) == [.text, .picklist, .owner])
    #expect(object.salesforceObjects.first?.schema?.keyPrefix == "001")
  }

  @Test func `paths count from the pipeline file`() throws {
    let folder = try PipelineFolder()
    let definition = try folder.load().definition
    #expect(definition.staging == .csv(folder.file("staging")))
    #expect(definition.loadFolder == folder.file("out"))
    #expect(definition.source(.hubspot, "companies")?.rows == .csv([folder.file("hubspot/companies.csv")]))
    #expect(definition.source(.salesforce, "Account")?.metadata == folder.file("Account.json"))
  }

  @Test func `every option of a source is read`() throws {
    let folder = try PipelineFolder()
    try folder.change(
      "pipeline.yaml", "Account: {csv: Account.csv, ",
      """
      Account: {csv: [a.csv, "/b/*.csv"], encoding: Latin1, delimiter: ";", date_order: dmy, timezone: Asia/Kolkata,
            labels: true, columns: {Name: "Account Name"}, history: AccountHistory.csv, 
      """)
    let source = try #require(try folder.load().definition.source(.salesforce, "Account"))
    #expect(source.rows == .csv([folder.file("a.csv"), "/b/*.csv"]))
    #expect(source.encoding == "iso-8859-1")
    #expect(source.delimiter == UInt8(ascii: ";"))
    #expect(source.dateOrder == .dmy)
    #expect(source.timezone.identifier == "Asia/Kolkata")
    #expect(source.labels)
    #expect(source.columns == ["Name": "Account Name"])
    #expect(source.history == [folder.file("AccountHistory.csv")])
  }

  @Test func `labels come from the metadata, and columns name what differs`() throws {
    let folder = try PipelineFolder()
    try folder.change(
      "pipeline.yaml", "companies: {csv", "companies: {labels: true, columns: {domain: Web}, csv")
    let object = try #require(try folder.load().objects.first)
    let names = object.columnNames(of: object.hubspotSource)
    #expect(names["name"] == "Name")
    #expect(names["domain"] == "Web")
    #expect(object.columnNames(of: object.salesforceSources[0]).isEmpty)
  }

  @Test func `every option of an object and of the pipeline is read`() throws {
    let folder = try PipelineFolder()
    try folder.change(
      "pipeline.yaml", "    hubspot_id_field: HubSpot_Id__c",
      """
          hubspot_id_field: HubSpot_Id__c
          first_run: hubspot
          tie: hubspot
          salesforce_blank: clears
          create_as: Account
          link: {Account: name}
          enabled: yes
      timezone: Europe/Oslo
      chunk_size: 7
      max_rejects: 2%
      max_shrink: 0.5%
      max_clears: 12
      max_creates: 500
      echo_sources: [INTEGRATION, API]
      keep_baseline: 3
      """)
    let pipeline = try folder.load()
    let object = try #require(pipeline.objects.first)
    #expect(object.definition.firstRun == .hubspot)
    #expect(object.definition.tie == .hubspot)
    #expect(object.definition.salesforceBlankClears)
    #expect(object.links.map(\.property) == ["name"])
    #expect(pipeline.definition.timezone.identifier == "Europe/Oslo")
    #expect(pipeline.definition.chunkSize == 7)
    #expect(pipeline.definition.maxRejects == .share(billionths: 20_000_000))
    #expect(pipeline.definition.maxShrink == .share(billionths: 5_000_000))
    #expect(pipeline.definition.maxClears == .count(12))
    #expect(pipeline.definition.maxCreates == .count(500))
    #expect(pipeline.definition.setsMaxCreates)
    #expect(pipeline.definition.echoSources == ["INTEGRATION", "API"])
    #expect(pipeline.definition.keepBaseline == 3)
  }

  @Test func `contacts look at the contact's link first, and have a key of their own`() throws {
    let folder = try PipelineFolder()
    try folder.write("pipeline.yaml", Self.contacts)
    try folder.write(
      "mappings.csv", "hubspot_property,salesforce_field,sync_rule\nfirstname,FirstName,two_way\n")
    let object = try #require(try folder.load().objects.first)
    #expect(object.links.map(\.property) == ["salesforcecontactid", "salesforceleadid"])
    #expect(object.links.map(\.object) == [1, 0])
    let key = try #require(object.keys.first)
    #expect(object.keys.count == 1)
    #expect(key.hubspot == "email" && key.salesforce == "Email")
    #expect(key.comparison == .ignoreCase && key.onDuplicate == .newest)
    #expect(object.createAs == 1)
    #expect(object.mappings.first?.serves == [true, true])
  }

  static let contacts = """
    name: contacts
    staging: {csv: staging}
    sources:
      hubspot:
        contacts: {csv: contacts.csv}
      salesforce:
        Lead: {csv: Lead.csv}
        Contact: {csv: Contact.csv}
    objects:
      contacts:
        salesforce: [Lead, Contact]
        mappings: mappings.csv
        create_in: salesforce
        create_as: Contact
        hubspot_id_field: HubSpot_Id__c
    load: {files: out}
    """

  @Test func `a key compares as a mapping of the two would`() throws {
    let folder = try PipelineFolder()
    try folder.change("pipeline.yaml", ", compare: domain}", "}")
    #expect(try folder.load().objects.first?.keys.first?.comparison == .exact)
    try folder.change("Account.json", #""Website", "type": "url""#, #""Website", "type": "email""#)
    #expect(try folder.load().objects.first?.keys.first?.comparison == .ignoreCase)
  }

  @Test func `an object that is not enabled is not read`() throws {
    let folder = try PipelineFolder()
    try folder.change("pipeline.yaml", "salesforce: [Account]", "salesforce: [Account]\n    enabled: false")
    try folder.write("mappings.csv", "broken")
    #expect(try folder.load().objects.isEmpty)
  }

  // MARK: The environment

  @Test func `names in braces are filled in once, inside a text too`() throws {
    let folder = try PipelineFolder()
    try folder.change("pipeline.yaml", "files: out", #"files: "${ROOT}/of/${USER_1}""#)
    let load = try folder.load(["ROOT": "/data", "USER_1": "${ROOT}"]).definition.loadFolder
    #expect(load == "/data/of/${ROOT}")
  }

  @Test func `a variable that is not set is named`() throws {
    let folder = try PipelineFolder()
    try folder.change("pipeline.yaml", "files: out", "files: ${NOWHERE}")
    #expect(
      folder.complaints() == ["pipeline.yaml:20: load.files: the environment variable NOWHERE is not set"])
  }

  @Test func `what the environment holds is never shown`() throws {
    let folder = try PipelineFolder()
    for key in ["max_rejects", "chunk_size", "timezone", "integration_user"] {
      try folder.write(
        "pipeline.yaml",
        PipelineFolder.pipeline.split(separator: "\n").filter { !$0.hasPrefix(key) }.joined(separator: "\n")
          + "\n\(key): ${PASSWORD}\n")
      let complaints = folder.complaints(["PASSWORD": "hunter2"])
      #expect(complaints.count == 1 && complaints[0].contains("${PASSWORD}"), "\(complaints)")
      #expect(!complaints[0].contains("hunter2"))
    }
  }

  @Test func `the URL of a database is shown by nothing`() throws {
    let folder = try PipelineFolder()
    try folder.change("pipeline.yaml", "csv: staging", "postgres: {url: \"${URL}\", schema: resync}")
    let definition = try readPipeline(
      folder.file("pipeline.yaml"), environment: ["URL": "postgresql://me:hunter2@host/db"])
    guard case .postgres(let place) = definition.staging else {
      Issue.record("no database")
      return
    }
    #expect(place.url.reveal() == "postgresql://me:hunter2@host/db")
    var dumped = ""
    dump(definition, to: &dumped)
    for shown in ["\(place.url)", String(reflecting: place), "\(definition)", dumped] {
      #expect(!shown.contains("hunter2"))
    }
    #expect(folder.complaints(["URL": "postgresql://me:hunter2@host/db"]).isEmpty)
  }

  // MARK: Files

  @Test func `a glob names files in the order of their bytes, a plain path itself`() throws {
    let folder = try PipelineFolder()
    for name in ["b.csv", "B.csv", "a[1].csv", "c.txt"] { try folder.write("exports/\(name)", "x") }
    try folder.change("pipeline.yaml", "csv: Account.csv", #"csv: ["exports/*.csv", "exports/a[1].csv"]"#)
    let definition = try folder.load().definition
    let source = try #require(definition.source(.salesforce, "Account"))
    #expect(
      try source.resolveFiles(pipeline: definition.file)
        == ["exports/B.csv", "exports/a[1].csv", "exports/b.csv"].map(folder.file))
    let other = try #require(definition.source(.hubspot, "companies"))
    let error = #expect(throws: PipelineError.self) { try other.resolveFiles(pipeline: "p.yaml") }
    #expect(
      error?.message == "sources.hubspot.companies: there is no file \(folder.file("hubspot/companies.csv"))")
  }

  @Test(arguments: [
    ("5%", Limit.share(billionths: 50_000_000)), ("0.5 %", .share(billionths: 5_000_000)),
    ("100%", .share(billionths: 1_000_000_000)), (".1%", .share(billionths: 1_000_000)),
    ("29%", .share(billionths: 290_000_000)), ("0.0000001%", .share(billionths: 1)), ("0", .count(0)),
    ("500", .count(500)),
  ])
  func `a limit is a share or a count`(text: String, limit: Limit) {
    #expect(Limit(text: text) == limit)
    #expect(Limit(text: limit.description) == limit)
  }

  @Test(arguments: ["", "%", "-1", "-5%", "0.05", "5 percent", "1e3%", "nan%", "99999999999999999999"])
  func `anything else is no limit`(text: String) { #expect(Limit(text: text) == nil) }
}
