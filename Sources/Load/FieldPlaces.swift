import CRM
import Records
import Staging

/// The fields of one side in the order in which load files list them: the link or HubSpot id first, then the mappings.
struct FieldPlaces {
  let names: [String]
  private let table: ByteTable
  private let objectCount: Int
  /// By place and Salesforce object: mappings of one name can be of different kinds.
  private var instants: [Bool]

  init(_ plan: ObjectPlan, _ side: Side) {
    var names = side == .hubspot ? plan.links.map(\.property) : [plan.hubspotIDField].compactMap { $0 }
    for name in plan.mappings.map({ side == .hubspot ? $0.property : $0.field }) where !names.contains(name) {
      names.append(name)
    }
    self.names = names
    var table = ByteTable()
    for (place, name) in names.enumerated() { table.insert(name, place) }
    self.table = table
    objectCount = plan.salesforceObjects.count
    instants = Array(repeating: false, count: names.count * objectCount)
    for mapping in plan.mappings where mapping.kind == .date {
      guard side == .hubspot ? mapping.hubspotHoldsInstant : mapping.salesforceHoldsInstant,
        let place = names.firstIndex(of: side == .hubspot ? mapping.property : mapping.field)
      else { continue }
      for object in 0..<objectCount where mapping.serves[object] { instants[place * objectCount + object] = true }
    }
  }

  /// The place of a field.
  func find(_ name: Bytes) -> Int? { table.find(name) }

  /// Whether a day of the field at a place is written as the instant of its midnight, because the field is a datetime; of a pair
  /// with a record of this Salesforce object.
  func daysAreInstants(at place: Int, object: Int) -> Bool { instants[place * objectCount + object] }
}
