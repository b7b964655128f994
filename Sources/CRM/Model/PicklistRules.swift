import Records

/// The rules of translation between two picklists (spec, semantics 2, Picklists), as they are written there.
///
/// They are asked once for every value that metadata and value map know, when a `PicklistVocabulary` is made.
struct PicklistRules {
  /// A HubSpot option.
  struct Option {
    let value: [UInt8], label: [UInt8]
    let hidden: Bool
  }

  /// Nil without HubSpot metadata.
  let options: [Option]?
  let valueMap: [(hubspot: [UInt8], salesforce: [UInt8])]
  let restricted: Bool
  /// Salesforce values and their labels, in Salesforce's order.
  private let values: [(value: [UInt8], label: [UInt8])]
  private var mapped: [[UInt8]: [UInt8]] = [:]
  private var salesforce = NameIndex()
  private var hubspot = NameIndex()

  init(options: [HubSpotOption]?, values: [PicklistValue], restricted: Bool, valueMap: ValueMap) {
    self.options = options?.map { option in
      let value = ownText(option.value)
      let label = ownText(option.label)
      return Option(value: value, label: label.isEmpty ? value : label, hidden: option.hidden)
    }
    self.values = values.map { entry in
      let value = ownText(entry.value)
      let label = ownText(entry.label)
      return (value, label.isEmpty ? value : label)
    }
    self.restricted = restricted
    self.valueMap = valueMap.entries.map { (ownText($0.hubspot), ownText($0.salesforce)) }
    for entry in self.valueMap where mapped[entry.hubspot] == nil { mapped[entry.hubspot] = entry.salesforce }
    for entry in self.values { salesforce.add(value: entry.value, label: entry.label) }
    for option in self.options ?? [] { hubspot.add(value: option.value, label: option.label) }
  }

  /// The Salesforce value of a HubSpot value; nil: `picklist_value_unknown`.
  func toSalesforce(_ value: [UInt8]) -> [UInt8]? {
    if let mapped = mapped[value] { return mapped }
    if salesforce.byValue[value] != nil { return value }
    let label = hubspot.byValue[value]?.first.flatMap { options?[$0].label }
    if let label {
      if salesforce.byValue[label] != nil { return label }
      if let hit = salesforce.byLabel[label]?.first { return values[hit].value }
    }
    if let hit = salesforce.byFoldedValue[folded(value)]?.first { return values[hit].value }
    if let label {
      let key = folded(label)
      if let hit = salesforce.byFoldedValue[key]?.first { return values[hit].value }
      if let hit = salesforce.byFoldedLabel[key]?.first { return values[hit].value }
    }
    return restricted ? nil : label ?? value
  }

  /// The HubSpot value of a Salesforce value; nil: `picklist_value_unknown`.
  func toHubSpot(_ value: [UInt8]) -> [UInt8]? {
    guard let options else {
      return valueMap.first { $0.salesforce == value }?.hubspot ?? value
    }
    let mappedBack = valueMap.lazy.filter { $0.salesforce == value }
      .compactMap { entry in self.hubspot.byValue[entry.hubspot]?.first }
    if let hit = firstOption(in: Array(mappedBack), of: value) { return options[hit].value }
    let label = salesforce.byValue[value]?.first.map { values[$0].label }
    let steps = [
      hubspot.byValue[value], hubspot.byLabel[value], label.flatMap { hubspot.byLabel[$0] },
      hubspot.byFoldedValue[folded(value)], hubspot.byFoldedLabel[folded(value)],
      label.flatMap { hubspot.byFoldedLabel[folded($0)] },
    ]
    for step in steps {
      if let hit = firstOption(in: step ?? [], of: value) { return options[hit].value }
    }
    return nil
  }

  /// Every HubSpot value that has a translation of its own: what else there is folds, or passes.
  var knownHubSpotValues: [[UInt8]] {
    valueMap.map(\.hubspot) + values.map(\.value) + (options ?? []).map(\.value)
  }

  /// Every Salesforce value that an option can be the translation of.
  var knownSalesforceValues: [[UInt8]] {
    valueMap.map(\.salesforce) + values.map(\.value) + (options ?? []).flatMap { [$0.value, $0.label] }
  }

  /// The first of some options that is not hidden and whose own translation is the value.
  private func firstOption(in candidates: [Int], of value: [UInt8]) -> Int? {
    guard let options else { return nil }
    return candidates.first { !options[$0].hidden && toSalesforce(options[$0].value) == value }
  }
}

/// Where the names of one side stand, in that side's order.
private struct NameIndex {
  private(set) var byValue: [[UInt8]: [Int]] = [:]
  private(set) var byLabel: [[UInt8]: [Int]] = [:]
  private(set) var byFoldedValue: [[UInt8]: [Int]] = [:]
  private(set) var byFoldedLabel: [[UInt8]: [Int]] = [:]
  private var count = 0

  mutating func add(value: [UInt8], label: [UInt8]) {
    byValue[value, default: []].append(count)
    byLabel[label, default: []].append(count)
    byFoldedValue[folded(value), default: []].append(count)
    byFoldedLabel[folded(label), default: []].append(count)
    count += 1
  }
}
