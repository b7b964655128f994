import CRM
import Records
import Staging

/// The fields of one side in the order in which load files list them: the link or HubSpot id first, then the mappings.
struct FieldPlaces {
  let names: [String]
  /// Whether a day of this field is written as the instant of its midnight, because the field is a datetime.
  let daysAreInstants: [Bool]
  private let table: ByteTable

  init(_ plan: ObjectPlan, _ side: Side) {
    var names = side == .hubspot ? plan.links.map(\.property) : [plan.hubspotIDField].compactMap { $0 }
    var instants = names.map { _ in false }
    for mapping in plan.mappings {
      let name = side == .hubspot ? mapping.property : mapping.field
      guard !names.contains(name) else { continue }
      names.append(name)
      let holdsInstant = side == .hubspot ? mapping.hubspotHoldsInstant : mapping.salesforceHoldsInstant
      instants.append(mapping.kind == .date && holdsInstant)
    }
    self.names = names
    daysAreInstants = instants
    var table = ByteTable()
    for (place, name) in names.enumerated() { table.insert(name, place) }
    self.table = table
  }

  /// The place of a field.
  func find(_ name: Bytes) -> Int? { table.find(name) }
}
