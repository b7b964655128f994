/// Follows what became of the records of the baseline: a merged contact is the one that it was merged into, a converted lead
/// is its contact (spec, semantics 3.2).
enum BaselineSuccession {
  /// The pairs in their order, with today's ids. Of several with the same two, the one that had them already counts, else
  /// the one that was seen last; the others are marked as superseded. `contact` is the number of Contact in the pipeline.
  static func follow(_ baseline: [BaselinePair], _ records: RecordFinder, _ contact: UInt8?) -> [BaselinePair] {
    guard records.haveSuccessors else { return baseline }
    var pairs = baseline
    var moved: [Int] = []
    for number in pairs.indices where follow(&pairs[number], records, contact) { moved.append(number) }
    guard !moved.isEmpty else { return pairs }
    let isMoved = Set(moved)
    var known = Set(pairs.indices.lazy.filter { !isMoved.contains($0) }.map { Two(pairs[$0]) })
    for number in moved.sorted(by: { (pairs[$0].missed, $0) < (pairs[$1].missed, $1) }) {
      if !known.insert(Two(pairs[number])).inserted { pairs[number].isSuperseded = true }
    }
    return pairs
  }

  /// Gives a pair today's ids; says whether one of them is new.
  private static func follow(_ pair: inout BaselinePair, _ records: RecordFinder, _ contact: UInt8?) -> Bool {
    let before = pair
    pair.hubspotID = records.current(pair.hubspotID)
    if let id = pair.salesforceID, let contact {
      let now = records.current(id)
      if now != id {
        pair.salesforceID = now
        pair.object = contact
        pair.isConverted = true
      }
    }
    return pair != before
  }

  /// The two records of a pair.
  private struct Two: Hashable {
    let hubspotID: UInt64
    let salesforceID: SalesforceKey?

    init(_ pair: BaselinePair) {
      hubspotID = pair.hubspotID
      salesforceID = pair.salesforceID
    }
  }
}
