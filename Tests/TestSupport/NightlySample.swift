import Foundation

/// The repository's `nightly-resync.yaml` over all objects of the sample data, in a sandbox of its own.
public struct NightlySample: TestPipeline {
  /// The folder with the copies: `sample-data`, `pipelines`, `.resync` and `out` are in it.
  public let sandbox: Sandbox
  /// The pipeline file's path.
  public var file: String { sandbox.file("pipelines/nightly-resync.yaml") }

  /// The exports by object, as files of the sandbox, with the column of their ids.
  public static let exports = [
    "companies": "hubspot/companies.csv", "contacts": "hubspot/contacts.csv", "deals": "hubspot/deals.csv",
    "Account": "salesforce/Account.csv", "Contact": "salesforce/Contact.csv", "Lead": "salesforce/Lead.csv",
    "Opportunity": "salesforce/Opportunity.csv",
  ].mapValues { "sample-data/\($0)" }

  private let store: Store
  private let chunkSize: Int

  /// A copy of the sample data and its pipelines, with chunks of some size, and its staging in a store.
  public init(chunkSize: Int = 200_000, in store: Store = .current) throws {
    self.store = store
    self.chunkSize = chunkSize
    sandbox = try Sandbox("nightly")
    for folder in ["sample-data", "pipelines"] { try sandbox.copy("\(Repository.root)/\(folder)", to: folder) }
    try setPipeline()
  }

  private func setPipeline() throws {
    let name = "pipelines/nightly-resync.yaml"
    try sandbox.copy("\(Repository.root)/\(name)", to: name)
    try sandbox.change(name, "chunk_size: 200000", to: "chunk_size: \(chunkSize)")
    try store.take([name], in: sandbox)
  }

  /// Changes the exports.
  public func change(_ body: (inout CRMExports) throws -> Void) throws {
    var exports = CRMExports(try Self.exports.mapValues { try sandbox.data($0) })
    try body(&exports)
    for (object, file) in Self.exports { try sandbox.write(file, exports[object].data) }
  }

  /// What a run is to send, as its load files say it.
  public func sent(_ run: String) throws -> [RecordWrite] {
    try RecordWrite.readLoadFiles(try sandbox.contents(under: "out/\(run)"), hubspotIDField: "HubSpot_Id__c")
  }

  /// All that the runs left in files: load files and reports; of staging in files the staged tables, and the baseline.
  public func leftBehind() throws -> [String: Data] {
    store.common(try sandbox.leftBehind(staging: ".resync/nightly-resync"))
  }

  /// Takes back what all runs have left.
  public func forgetRuns() throws {
    for folder in [".resync", "out"] { try sandbox.remove(folder) }
    // In a database they stay where they are, and the next ones get another.
    if store == .postgres { try setPipeline() }
  }
}
