import CRM

extension HubSpotIndex {
  /// A row that was rejected keeps its place.
  mutating func appendUnreadable() throws {
    ids.append(0)
    try facts.append(HubSpotFacts())
    for key in keys { try key.append(.blank) }
  }

  /// Appends the rows of the next block, or of another file.
  mutating func append(_ other: HubSpotIndex) throws {
    merges += other.merges.map { ($0.id, $0.row &+ Int32(truncatingIfNeeded: count)) }
    ids += other.ids
    try facts.append(other.facts)
    for place in keys.indices { try keys[place].append(other.keys[place]) }
  }

  /// Forgets its rows; the memory stays.
  mutating func clear() {
    ids.removeAll(keepingCapacity: true)
    facts.clear()
    merges = []
    for key in keys { key.clear() }
  }
}

extension SalesforceIndex {
  /// A row that was rejected keeps its place.
  mutating func appendUnreadable(object: UInt8) throws {
    ids.append(.absent)
    objects.append(object)
    try facts.append(SalesforceFacts())
    for key in keys { try key.append(.blank) }
  }

  /// Appends the rows of the next block, or of another file.
  mutating func append(_ other: SalesforceIndex) throws {
    conversions += other.conversions.map { ($0.row &+ Int32(truncatingIfNeeded: count), $0.contact) }
    ids += other.ids
    objects += other.objects
    try facts.append(other.facts)
    for place in keys.indices { try keys[place].append(other.keys[place]) }
  }

  /// Forgets its rows; the memory stays.
  mutating func clear() {
    ids.removeAll(keepingCapacity: true)
    objects.removeAll(keepingCapacity: true)
    facts.clear()
    conversions = []
    for key in keys { key.clear() }
  }
}
