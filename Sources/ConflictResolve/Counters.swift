import CRM
import Records
import Staging

/// What one thread counts, in arrays; it gets its names when the chunk is done.
struct Counters: ~Copyable {
  private var sides = ChunkCounts()
  private let places: Int
  private var changes: [Int]
  private var notArrived: [Int]
  private var clears: [Int]
  /// Counted for nearly every cell: plain memory, since an array would count a reference each time.
  private let filled: UnsafeMutablePointer<Int>
  /// Which Salesforce fields the load files of the chunk need, by object.
  private var updated: [Bool]
  private var created: [Bool]
  private static let reasons = Reason.allCases.count

  init(places: Int, objects: Int) {
    self.places = places
    changes = Array(repeating: 0, count: 2 * places * Self.reasons)
    notArrived = Array(repeating: 0, count: 2 * places)
    clears = notArrived
    filled = .allocate(capacity: 2 * places)
    filled.initialize(repeating: 0, count: 2 * places)
    updated = Array(repeating: false, count: objects * places)
    created = updated
  }

  deinit { filled.deallocate() }

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
    changes[slot(side, place) * Self.reasons + Int(reason.rawValue)] += amount
    guard side == .salesforce else { return }
    if isCreate { created[object * places + place] = true } else { updated[object * places + place] = true }
  }

  mutating func arrivedNot(_ side: Side, _ mapping: Int) { notArrived[slot(side, mapping)] += 1 }
  mutating func clear(_ side: Side, _ mapping: Int) { clears[slot(side, mapping)] += 1 }
  /// By `pointee`: the subscript stops the compiler (6.3.1) where it builds for the thread sanitizer.
  mutating func fill(_ side: Side, _ mapping: Int) { (filled + slot(side, mapping)).pointee += 1 }

  /// The counts under the names of the fields.
  func named(_ names: Names, _ plan: ObjectPlan) -> ChunkCounts {
    var result = sides
    for side in [Side.hubspot, .salesforce] {
      for place in 0..<places {
        let name = names.field(place, side).text
        let slot = slot(side, place)
        if notArrived[slot] > 0 { result[side].notArrived[name, default: 0] += notArrived[slot] }
        if clears[slot] > 0 { result[side].clears[name, default: 0] += clears[slot] }
        if filled[slot] > 0 { result[side].filled[name, default: 0] += filled[slot] }
        for reason in Reason.allCases where changes[slot * Self.reasons + Int(reason.rawValue)] > 0 {
          result[side].changes[name, default: [:]][reason.name, default: 0] +=
            changes[slot * Self.reasons + Int(reason.rawValue)]
        }
      }
    }
    for object in plan.salesforceObjects.indices {
      for place in 0..<places {
        let name = "\(plan.salesforceObjects[object]).\(names.field(place, .salesforce).text)"
        if updated[object * places + place] { result.salesforce.updatedFields.insert(name) }
        if created[object * places + place] { result.salesforce.createdFields.insert(name) }
      }
    }
    return result
  }
}
