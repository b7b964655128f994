import CRM
import Records
import Staging

/// What one thread counts; it gets its names when the chunk is done.
struct Counters: ~Copyable {
  private var sides = ChunkCounts()
  private let places: Int
  private let reasons = Reason.allCases.count
  private var changes: Tallies
  private var notArrived: Tallies
  private var clears: Tallies
  private var filled: Tallies
  /// Which Salesforce fields the load files of the chunk need, by object: how many cells.
  private var updated: Tallies
  private var created: Tallies

  init(places: Int, objects: Int) {
    self.places = places
    changes = Tallies(2 * places * reasons)
    notArrived = Tallies(2 * places)
    clears = Tallies(2 * places)
    filled = Tallies(2 * places)
    updated = Tallies(objects * places)
    created = Tallies(objects * places)
  }

  private func slot(_ side: Side, _ place: Int) -> Int { Int(side.rawValue) * places + place }

  mutating func record(
    _ side: Side, paired: Int = 0, unmatched: Int = 0, excluded: Int = 0, creates: Int = 0, held: Int = 0,
    conflicts: Int = 0, issues: Int = 0
  ) {
    if side == .hubspot {
      Self.add(&sides.hubspot, paired, unmatched, excluded, creates, held, conflicts, issues)
    } else {
      Self.add(&sides.salesforce, paired, unmatched, excluded, creates, held, conflicts, issues)
    }
  }

  private static func add(
    _ counts: inout SideCounts, _ paired: Int, _ unmatched: Int, _ excluded: Int, _ creates: Int, _ held: Int,
    _ conflicts: Int, _ issues: Int
  ) {
    counts.paired += paired
    counts.unmatched += unmatched
    counts.excluded += excluded
    counts.creates += creates
    counts.held += held
    counts.conflicts += conflicts
    counts.rejectedCells += issues
  }

  mutating func change(_ side: Side, _ place: Int, _ reason: Reason, object: Int, isCreate: Bool, by amount: Int = 1) {
    changes.add(amount, at: slot(side, place) * reasons + Int(reason.rawValue))
    guard side == .salesforce else { return }
    if isCreate { created.add(at: object * places + place) } else { updated.add(at: object * places + place) }
  }

  mutating func arrivedNot(_ side: Side, _ mapping: Int) { notArrived.add(at: slot(side, mapping)) }
  mutating func clear(_ side: Side, _ mapping: Int) { clears.add(at: slot(side, mapping)) }
  mutating func fill(_ side: Side, _ mapping: Int) { filled.add(at: slot(side, mapping)) }

  /// The counts under the names of the fields.
  func named(_ names: Names, _ plan: ObjectPlan) -> ChunkCounts {
    var result = sides
    for side in [Side.hubspot, .salesforce] {
      for place in 0..<places {
        let name = names.field(place, side).text
        let slot = slot(side, place)
        if notArrived[slot] > 0 { result[side].notArrived[name, default: 0] += notArrived[slot] }
        for reason in Reason.allCases where changes[slot * reasons + Int(reason.rawValue)] > 0 {
          result[side].changes[name, default: [:]][reason.name, default: 0] +=
            changes[slot * reasons + Int(reason.rawValue)]
        }
      }
    }
    for side in [Side.hubspot, .salesforce] {
      for (mapping, name) in plan.uniqueNames(side).enumerated() {
        let slot = slot(side, mapping)
        if clears[slot] > 0 { result[side].clears[name] = clears[slot] }
        if filled[slot] > 0 { result[side].filled[name] = filled[slot] }
      }
    }
    for object in plan.salesforceObjects.indices {
      for place in 0..<places {
        let name = "\(plan.salesforceObjects[object]).\(names.field(place, .salesforce).text)"
        if updated[object * places + place] > 0 { result.salesforce.updatedFields.insert(name) }
        if created[object * places + place] > 0 { result.salesforce.createdFields.insert(name) }
      }
    }
    return result
  }
}
