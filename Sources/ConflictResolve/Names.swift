import CRM
import CSV
import Records
import Staging

/// The texts that stand in every row of output: what lies between the values of a row is one text, made once, not a cell and
/// a comma at a time (measured: 1% of a night).
///
/// A field is known by its place: the mappings, then the link properties, then the HubSpot id field.
final class Names: @unchecked Sendable {
  let mappingCount: Int
  let linkCount: Int
  /// The HubSpot object of the plan, and a comma.
  var object: Bytes { objects[objectCount] }
  private let objects: TextTable
  private let objectCount: Int
  private let fields: TextTable
  private let changeStarts: TextTable
  private let changeEnds: TextTable
  private let conflictStarts: TextTable
  private let conflictEnds: TextTable

  private let actionCount = ChangeRow.Action.allCases.count
  private let reasonCount = Reason.allCases.count

  init(_ plan: ObjectPlan) {
    mappingCount = plan.mappings.count
    linkCount = plan.links.count
    objectCount = plan.salesforceObjects.count
    let own = plan.links.map(\.property) + [plan.hubspotIDField ?? ""]
    let properties = plan.mappings.map(\.property) + own
    let names = plan.mappings.map(\.field) + own
    let cells = [properties, names].map { $0.map(Self.cell) }
    fields = TextTable(properties + names)
    objects = TextTable(plan.salesforceObjects.map { ",\(Self.cell($0))," } + ["\(plan.object),"])
    changeStarts = TextTable(
      Side.allCases.flatMap { side in
        ChangeRow.Action.allCases.flatMap { action in
          cells[Int(side.rawValue)].map { ",\(side.name),\(action),\($0)," }
        }
      })
    changeEnds = TextTable(
      (plan.mappings.map(\.rule.rawValue) + own.map { _ in "" }).flatMap { rule in
        Reason.allCases.map { ",\(rule),\($0.name)\n" }
      })
    conflictStarts = TextTable(zip(cells[0], cells[1]).map { ",\($0),\($1)," })
    conflictEnds = TextTable(
      Side.allCases.flatMap { winner in Reason.allCases.map { ",\(winner.name),\($0.name)\n" } })
  }

  /// A name as a cell of CSV: it may hold whatever a header can.
  private static func cell(_ name: String) -> String {
    var out = ByteBuffer(capacity: 64)
    out.appendCSV(name)
    return out.bytes.text
  }

  /// The name of a field on a side.
  func field(_ place: Int, _ side: Side) -> Bytes { fields[Int(side.rawValue) * placeCount + place] }
  /// The name of a Salesforce object as a cell, between commas.
  func salesforceObject(_ number: Int) -> Bytes { objects[number] }

  /// What stands between the ids of a change and its old value.
  func changeStart(_ side: Side, _ action: ChangeRow.Action, _ place: Int) -> Bytes {
    changeStarts[(Int(side.rawValue) * actionCount + Int(action.rawValue)) * placeCount + place]
  }

  /// What stands behind the new value of a change: the field's rule, the reason, the line end.
  func changeEnd(_ place: Int, _ reason: Reason) -> Bytes {
    changeEnds[place * reasonCount + Int(reason.rawValue)]
  }

  /// What stands between the ids of a conflict and its values.
  func conflictStart(_ mapping: Int) -> Bytes { conflictStarts[mapping] }

  /// What stands behind the times of a conflict: the side whose value stays, the reason, the line end.
  func conflictEnd(winner: Side, _ reason: Reason) -> Bytes {
    conflictEnds[Int(winner.rawValue) * reasonCount + Int(reason.rawValue)]
  }

  /// How many places there are.
  var placeCount: Int { mappingCount + linkCount + 1 }
  /// The place of a link property.
  func place(ofLink link: Int) -> Int { mappingCount + link }
  /// The place of the HubSpot id field.
  var placeOfIDField: Int { mappingCount + linkCount }
}
