import CRM

/// The columns of the staged tables of one side of an object, and where each thing stands in them.
///
/// Extract stages the columns of the export that are needed, once each, as they were read. Normalize and map have a cell
/// for each mapping instead, since two mappings may read one column and make different values of it.
public struct SideTables: Sendable {
  /// The side whose tables these are.
  public let side: Side
  /// What extract stages.
  public let extract: TableLayout
  /// What normalize stages: the cells of `fixed`, then one for each mapping.
  public let normalize: TableLayout
  /// What map stages: the same, then the translated cells of HubSpot.
  public let map: TableLayout
  /// The columns that are no mappings: id, time, links or the HubSpot id, currency.
  public let fixed: [String]
  /// Where the record's id stands in normalize and map.
  public let id = 0
  /// Where the time stands at which the record was last modified.
  public let time = 1
  /// Where the code of the record's currency stands (semantics 2).
  public let currency = 2
  /// Where the first link property (HubSpot) or the `hubspot_id_field` stands.
  public let firstLink = 3
  /// Where the cell of the first mapping stands in normalize and map.
  public var firstMapping: Int { fixed.count }
  /// For each mapping, where its translated cell stands in map; where nothing is translated, its own cell.
  public let common: [Int]
  /// For each cell of normalize, its column in extract.
  public let sources: [Int]

  /// The tables of a side of an object.
  public init(_ plan: ObjectPlan, _ side: Side) {
    self.side = side
    let names = plan.mappings.map { side == .hubspot ? $0.property : $0.field }
    let fixed = Self.fixed(plan, side)
    self.fixed = fixed
    var columns: [String] = []
    for name in fixed + Self.flags(plan, side) + Self.keys(plan, side) + names where !columns.contains(name) {
      columns.append(name)
    }
    extract = TableLayout(cells: columns)
    let cells = plan.mappings.map { mapping in
      let name = side == .hubspot ? mapping.property : mapping.field
      let isShared = names.count(where: { $0 == name }) > 1 || fixed.contains(name)
      return isShared ? "\(mapping.property)=\(mapping.field)" : name
    }
    normalize = TableLayout(cells: fixed + cells)
    var translated: [String] = []
    var common: [Int] = []
    for (place, mapping) in plan.mappings.enumerated() {
      if side == .hubspot, plan.vocabularies[place].translates {
        common.append(fixed.count + cells.count + translated.count)
        translated.append("\(mapping.property)>\(mapping.field)")
      } else {
        common.append(fixed.count + place)
      }
    }
    self.common = common
    map = TableLayout(cells: fixed + cells + translated)
    sources = (fixed + names).map { columns.firstIndex(of: $0) ?? 0 }
  }

  /// Id, time, currency, then the links.
  private static func fixed(_ plan: ObjectPlan, _ side: Side) -> [String] {
    switch side {
    case .hubspot: ["hs_object_id", plan.hubspotTimeProperty, "deal_currency_code"] + plan.links.map(\.property)
    case .salesforce: ["Id", "LastModifiedDate", "CurrencyIsoCode"] + [plan.hubspotIDField].compactMap { $0 }
    }
  }

  /// The HubSpot property that lists the contacts that were merged into one.
  public static let mergedIDs = "hs_merged_object_ids"

  /// Columns that say whether a row takes part, and which other records it stands for.
  private static func flags(_ plan: ObjectPlan, _ side: Side) -> [String] {
    switch side {
    case .hubspot: plan.object == "contacts" ? [mergedIDs] : []
    case .salesforce: ["IsDeleted", "IsConverted", "ConvertedContactId"]
    }
  }

  private static func keys(_ plan: ObjectPlan, _ side: Side) -> [String] {
    plan.keys.map { side == .hubspot ? $0.hubspot : $0.salesforce }
  }

  /// The columns of the export without which its file is refused (semantics 3.3 and 7).
  ///
  /// A mapped column that is missing would look like a column of blanks, and blanks can clear the other side.
  public static func needed(_ plan: ObjectPlan, _ side: Side, object: Int) -> [String] {
    switch side {
    case .hubspot:
      return ["hs_object_id"] + plan.links.map(\.property) + plan.keys.map(\.hubspot) + plan.mappings.map(\.property)
    case .salesforce:
      let mapped = plan.mappings.filter { $0.serves[object] }.map(\.field)
      return ["Id"] + [plan.hubspotIDField].compactMap { $0 } + plan.keys.map(\.salesforce) + mapped
    }
  }
}

extension Vocabulary {
  /// Whether values are written differently on the two sides.
  public var translates: Bool {
    if case .none = self { return false }
    return true
  }
}
