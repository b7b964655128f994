import CRM
import Staging

/// What pairing needs to know of rows of one side: the index of that side, while the other is empty.
struct SideIndex {
  let side: Side
  var hubspot: HubSpotIndex
  var salesforce: SalesforceIndex

  /// No rows. What need not be in memory goes to `spill`.
  init(_ side: Side, _ plan: ObjectPlan, spill: (any ColumnSpill)?) {
    self.side = side
    hubspot = HubSpotIndex(keyCount: plan.keys.count, spill: side == .hubspot ? spill : nil)
    salesforce = SalesforceIndex(keyCount: plan.keys.count, spill: side == .salesforce ? spill : nil)
    salesforce.holdsHubSpotIDs = plan.hubspotIDField != nil
  }

  /// Whether it has no rows.
  var isEmpty: Bool { hubspot.count == 0 && salesforce.count == 0 }

  /// Appends the rows of the next block, or of another file.
  ///
  /// - Throws: what the spill throws.
  mutating func append(_ next: SideIndex) throws {
    switch side {
    case .hubspot: try hubspot.append(next.hubspot)
    case .salesforce: try salesforce.append(next.salesforce)
    }
  }

  /// A row that was rejected keeps its place.
  ///
  /// - Throws: what the spill throws.
  mutating func appendUnreadable(_ source: SourceFile) throws {
    switch side {
    case .hubspot: try hubspot.appendUnreadable()
    case .salesforce: try salesforce.appendUnreadable(object: UInt8(truncatingIfNeeded: source.object))
    }
  }

  /// Forgets the rows of an index without a spill; the memory stays.
  mutating func clear() {
    switch side {
    case .hubspot: hubspot.clear()
    case .salesforce: salesforce.clear()
    }
  }
}
