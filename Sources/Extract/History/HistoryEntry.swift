import CRM
import Records

/// One entry of a field history, as its file writes it.
struct HistoryEntry {
  /// The record that was edited.
  var id: Bytes
  /// The property or field, by its internal name.
  var field: Bytes
  /// When.
  var time: Bytes
  /// What edited it: HubSpot's source, or the Salesforce user.
  var source: Bytes
}

/// Which columns of a history file hold what, by the names that they go by (spec, semantics 8).
struct HistoryColumns {
  let id: Int
  let field: Int
  let time: Int
  let source: Int
  /// How many cells a row has.
  let count: Int

  /// The columns of a header; nil if it is none of a history of this source.
  init?(_ header: [String], _ file: SourceFile) {
    let names = header.map { $0.lowercased() }
    func place(_ candidates: [String]) -> Int? { candidates.lazy.compactMap { names.firstIndex(of: $0) }.first }
    let candidates = Self.names(file)
    guard let id = place(candidates[0]), let field = place(candidates[1]), let time = place(candidates[2]),
      let source = place(candidates[3])
    else { return nil }
    self.id = id
    self.field = field
    self.time = time
    self.source = source
    count = header.count
  }

  /// The names that each of the four columns may have, in lower case.
  static func names(_ file: SourceFile) -> [[String]] {
    let object = file.source.split(separator: "/").dropFirst().first.map { $0.lowercased() } ?? ""
    switch file.side {
    case .hubspot:
      let singular = ["contacts": "contact", "companies": "company", "deals": "deal"][object] ?? object
      return [["hs_object_id", "\(singular)_id"], ["property", "name"], ["timestamp"], ["source", "sourcetype"]]
    case .salesforce: return [["\(object)id", "parentid"], ["field"], ["createddate"], ["createdbyid"]]
    }
  }
}
