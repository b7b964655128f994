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

  /// A copy of the sample data and its pipelines, with chunks of some size.
  public init(chunkSize: Int = 200_000) throws {
    sandbox = try Sandbox("nightly")
    for folder in ["sample-data", "pipelines"] { try sandbox.copy("\(Repository.root)/\(folder)", to: folder) }
    try sandbox.change(
      "pipelines/nightly-resync.yaml", "chunk_size: 200000", to: "chunk_size: \(chunkSize)")
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

  /// All that the runs left: load files and reports, the staged tables, and the baseline.
  public func leftBehind() throws -> [String: Data] { try sandbox.leftBehind(staging: ".resync/nightly-resync") }
}
