import CRM
import CSV
import Foundation
import Records
import Staging

/// Brings the rows of the baseline to the chunks where their pairs are.
struct BaselinePartition {
  let plan: ObjectPlan
  let baseline: any BaselineStore
  let layout: BaselineLayout

  init(_ plan: ObjectPlan, _ baseline: any BaselineStore) {
    self.plan = plan
    self.baseline = baseline
    layout = BaselineLayout(plan)
  }

  /// The pairs and creates that the baseline knows.
  func pairs() throws -> [BaselinePair] {
    var pairs: [BaselinePair] = []
    for table in try baseline.tables(of: plan.object) {
      try forEachRow(table) { row, _ in pairs.append(row.pair) }
    }
    return pairs
  }

  /// Where a row goes.
  struct Place {
    let chunk: Int
    /// Which of its records are there: `h`, `s`, `hs` or nothing.
    let there: StaticString
    /// The row with the ids that its records go by today.
    let pair: BaselinePair
  }

  /// Writes each row to the chunk that `place` names, in today's columns and with today's ids. The rows come in the order of
  /// `pairs`; those without a place are dropped.
  func route(_ writers: [any TableWriter], place: () -> Place?) throws {
    var out = ByteBuffer()
    let inherited = inheritedCells
    for table in try baseline.tables(of: plan.object) {
      try forEachRow(table) { row, places in
        guard let target = place() else { return }
        out.clear()
        appendLeading(row, target, to: &out)
        for (cell, place) in places.enumerated() {
          out.append(UInt8(ascii: ","))
          let place = target.pair.isConverted ? inherited[cell].map { places[$0] } ?? -1 : place
          guard place >= 0 else { continue }
          let cell = row.bytes(place)
          if cell.isAbsent { continue }
          out.appendCSVQuoted(cell.bytes)
        }
        out.append(UInt8(ascii: "\n"))
        try writers[target.chunk].append(out.bytes)
      }
    }
  }

  private func appendLeading(_ row: Row, _ target: Place, to out: inout ByteBuffer) {
    let (was, now) = (row.pair, target.pair)
    if was.hubspotID == now.hubspotID { out.append(row.bytes(0).bytes) } else { out.append(String(now.hubspotID)) }
    out.append(UInt8(ascii: ","))
    if now.isConverted, Int(now.object) < plan.salesforceObjects.count {
      out.appendCSV(plan.salesforceObjects[Int(now.object)])
    } else {
      out.appendCSV(row.bytes(1).bytes)
    }
    out.append(UInt8(ascii: ","))
    now.salesforceID?.write18(into: &out)
    out.append(UInt8(ascii: ","))
    out.append(row.bytes(3).bytes)
    out.append(UInt8(ascii: ","))
    out.append(target.there)
  }

  /// For each cell of a contact, the cell of the lead whose baseline it inherits when the lead is converted: that of the
  /// mapping of the lead with the same property, field and formula; none where there is no such mapping.
  private var inheritedCells: [Int?] {
    guard let contact = plan.salesforceObjects.firstIndex(of: "Contact"),
      let lead = plan.salesforceObjects.firstIndex(of: "Lead")
    else { return layout.cells.indices.map { _ in nil } }
    return plan.mappings.flatMap { mapping -> [Int?] in
      let name = BaselineLayout.name(of: mapping, plan)
      let source = plan.mappings.firstIndex { $0.serves[lead] && BaselineLayout.name(of: $0, plan) == name }
      guard mapping.serves[contact], let source else { return [nil, nil, nil] }
      return [source * 3, source * 3 + 1, source * 3 + 2]
    }
  }

  /// A row of a baseline table, while it is in memory.
  struct Row {
    let pair: BaselinePair
    let bytes: (Int) -> (bytes: Bytes, isAbsent: Bool)
  }

  /// Calls `body` with every row, and where today's cells stand in it (-1: they do not).
  private func forEachRow(_ table: any TableReader, _ body: (Row, [Int]) throws -> Void) throws {
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var places: [Int]?
    while try blocks.next(into: &buffer, &index, read: table.read) {
      for record in 0..<index.recordCount {
        let mark = index[record: record]
        let cell = { (place: Int) -> (bytes: Bytes, isAbsent: Bool) in
          guard place < Int(mark.fieldCount) else { return (.none, true) }
          let field = index[field: Int(mark.firstField) + place]
          return (buffer.part(Int(field.offset), field.count), field.isAbsent)
        }
        guard let known = places else {
          let names = (0..<Int(mark.fieldCount)).map { cell($0).bytes.text }
          places = layout.cells.map { names.firstIndex(of: $0) ?? -1 }
          continue
        }
        guard let pair = pair(cell) else {
          throw StagingError.failed(
            "the baseline of \(plan.object) is damaged near line \(blocks.line + Int(mark.line)): "
              + "restore the folder baseline/, or remove it to begin anew")
        }
        try body(Row(pair: pair, bytes: cell), known)
      }
    }
  }

  private func pair(_ cell: (Int) -> (bytes: Bytes, isAbsent: Bool)) -> BaselinePair? {
    let hubspot = cell(0).bytes
    let salesforce = cell(2).bytes
    guard let missed = Int(decimal: cell(3).bytes), BaselineLayout.missedRange.contains(missed) else { return nil }
    // An object that the pipeline does not list any more has no rows to pair with; its pairs age away.
    let object = plan.salesforceObjects.firstIndex(of: cell(1).bytes.text) ?? Int(UInt8.max)
    let id = hubspot.count == 0 ? 0 : UInt64(digits: hubspot)
    let key = salesforce.count == 0 ? nil : SalesforceKey(salesforce)
    guard let id, id != 0 || key != nil, salesforce.count == 0 || key != nil else { return nil }
    return BaselinePair(hubspotID: id, object: UInt8(object), salesforceID: key, missed: missed)
  }
}
