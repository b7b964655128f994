import CRM
import Records
import Staging

/// What the resolver knows of the run beyond its chunk.
public struct ResolveContext: Sendable {
  /// The names of the files of each side, by their number.
  public var hubspotFiles: [String]
  public var salesforceFiles: [String]
  /// The sides on which nothing is created in this run, though `create_in` says so (semantics 3.6).
  public var heldIn: Set<Side>
  /// Whether creates that no export has shown are made again.
  public var retriesCreates: Bool

  /// The context of a run.
  public init(hubspotFiles: [String], salesforceFiles: [String], heldIn: Set<Side>, retriesCreates: Bool) {
    self.hubspotFiles = hubspotFiles
    self.salesforceFiles = salesforceFiles
    self.heldIn = heldIn
    self.retriesCreates = retriesCreates
  }

  /// The name of a file of a side.
  func file(_ side: Side, _ number: UInt16) -> String {
    let files = side == .hubspot ? hubspotFiles : salesforceFiles
    return Int(number) < files.count ? files[Int(number)] : ""
  }
}

/// One cell of a record, as the resolver sees it.
struct CellValue {
  var bytes: Bytes
  var issue: IssueCode
  var isBlank: Bool { bytes.count == 0 }
  var hasIssue: Bool { issue != .none }

  init(_ batch: borrowing RecordBatch, _ row: Int, _ column: Int) {
    let field = batch[row, column]
    bytes = batch.bytes(field)
    issue = field.issue
  }
}

/// The record of one side of a pair, or an unmatched one: its cells and where it was read.
struct RecordView {
  let batch: UnsafeMutablePointer<RecordBatch>
  let row: Int
  let tables: SideTables

  var info: RowInfo { batch.pointee[info: row] }
  var id: Bytes { batch.pointee.bytes(row, tables.id) }
  /// When it was last modified, canonical; blank where it is not known.
  var time: Bytes { batch.pointee.bytes(row, tables.time) }
  var currency: Bytes { batch.pointee.bytes(row, tables.currency) }
  func own(_ mapping: Int) -> CellValue { CellValue(batch.pointee, row, tables.firstMapping + mapping) }
  func common(_ mapping: Int) -> CellValue { CellValue(batch.pointee, row, tables.common[mapping]) }
  func link(_ place: Int) -> CellValue { CellValue(batch.pointee, row, tables.firstLink + place) }
}

/// The three ids that stand at the front of a change.
struct ChangeIDs {
  var hubspot: Bytes
  var object: String
  var salesforce: Bytes
}
