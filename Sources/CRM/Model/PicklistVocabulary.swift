import Records

/// What a value is on the other side.
public enum Translation {
  /// Another text, which lives as long as the vocabulary.
  case text(Bytes)
  /// The same text: the value that was asked about.
  case itself
  /// There is none: the cell gets this issue.
  case unknown(IssueCode)
}

/// Translates the values of a picklist or multi-select between the two sides (spec, semantics 2, Picklists).
///
/// Made once from metadata and value map, then only read, from any thread. Looking up a value that one of
/// them knows allocates nothing; any other value is folded first, on the slow path.
public final class PicklistVocabulary: @unchecked Sendable {
  private let texts: TextArena
  /// HubSpot value → text, or -1: none.
  private let forward: ByteTable
  /// Folded Salesforce value → text.
  private let forwardFolded: ByteTable
  /// Salesforce value → text, or -1: none.
  private let backward: ByteTable
  /// Salesforce value → 1: active, 0: inactive.
  private let activity: ByteTable
  /// HubSpot option → 1: shown, 0: hidden.
  private let visibility: ByteTable
  private let restricted: Bool
  private let hasOptions: Bool

  /// The vocabulary of a mapping. `options` and `values` are nil where that side has no metadata: then its
  /// text passes through. `restricted`: Salesforce takes the listed values only.
  public init(
    options: [HubSpotOption]?, values: [PicklistValue]?, restricted: Bool, valueMap: ValueMap = ValueMap()
  ) {
    let rules = PicklistRules(
      options: options, values: values ?? [], restricted: restricted, valueMap: valueMap)
    var texts = TextArena()
    var forward = ByteTable()
    for value in rules.knownHubSpotValues {
      forward.insert(value, rules.toSalesforce(value).map { texts.add($0) } ?? -1)
    }
    var backward = ByteTable()
    for value in rules.knownSalesforceValues {
      backward.insert(value, rules.toHubSpot(value).map { texts.add($0) } ?? -1)
    }
    var forwardFolded = ByteTable()
    var activity = ByteTable()
    // Of two entries with one value the active one counts, so it goes in first.
    for active in [true, false] {
      for entry in values ?? [] where entry.active == active {
        activity.insert(ownText(entry.value), active ? 1 : 0)
      }
    }
    for entry in values ?? [] {
      let value = ownText(entry.value)
      forwardFolded.insert(folded(value), texts.add(value))
    }
    var visibility = ByteTable()
    for hidden in [false, true] {
      for option in options ?? [] where option.hidden == hidden {
        visibility.insert(ownText(option.value), hidden ? 0 : 1)
      }
    }
    self.texts = texts
    self.forward = forward
    self.backward = backward
    self.forwardFolded = forwardFolded
    self.activity = activity
    self.visibility = visibility
    self.restricted = restricted
    hasOptions = options != nil
  }

  // MARK: One value

  /// The Salesforce value of a HubSpot own value that is not blank. Valid while the vocabulary lives.
  public func toSalesforce(_ value: Bytes) -> Translation {
    if let hit = forward.find(value) { return hit < 0 ? .unknown(.picklistValueUnknown) : .text(texts[hit]) }
    var key = ByteBuffer(capacity: 64)
    caseFold(value, into: &key)
    if let hit = forwardFolded.find(key.bytes) { return .text(texts[hit]) }
    return restricted ? .unknown(.picklistValueUnknown) : .itself
  }

  /// The HubSpot value of a Salesforce own value that is not blank, never a hidden option.
  /// Valid while the vocabulary lives.
  public func toHubSpot(_ value: Bytes) -> Translation {
    if let hit = backward.find(value) { return hit < 0 ? .unknown(.picklistValueUnknown) : .text(texts[hit]) }
    // What no option translates to is not among the known values: without options the text passes through.
    return hasOptions ? .unknown(.picklistValueUnknown) : .itself
  }

  /// Whether Salesforce takes this value: an active one, or, if the picklist is not restricted, one that it
  /// does not know.
  public func isWritableInSalesforce(_ value: Bytes) -> Bool {
    activity.find(value).map { $0 == 1 } ?? !restricted
  }

  /// Whether HubSpot takes this value: an option that is not hidden; without metadata, any.
  public func isWritableInHubSpot(_ value: Bytes) -> Bool {
    hasOptions ? visibility.find(value) == 1 : true
  }

  /// Appends the Salesforce value of a HubSpot value, or gives the issue and appends nothing.
  /// `value` must not lie in `out`.
  public func appendSalesforce(_ value: Bytes, to out: inout ByteBuffer) -> IssueCode? {
    append(toSalesforce(value), of: value, to: &out)
  }

  /// Appends the HubSpot value of a Salesforce value, or gives the issue and appends nothing.
  /// `value` must not lie in `out`.
  public func appendHubSpot(_ value: Bytes, to out: inout ByteBuffer) -> IssueCode? {
    append(toHubSpot(value), of: value, to: &out)
  }

  private func append(_ translation: Translation, of value: Bytes, to out: inout ByteBuffer) -> IssueCode? {
    switch translation {
    case .text(let text): out.append(text)
    case .itself: out.append(value)
    case .unknown(let code): return code
    }
    return nil
  }

  // MARK: Several values

  /// Appends the Salesforce value of a HubSpot multi-select: its values translated, repeats dropped, sorted
  /// by bytes, joined by `;`. One that has no translation makes the whole cell an issue, and nothing is
  /// appended.
  public func appendSalesforceList(_ value: Bytes, to out: inout ByteBuffer) -> IssueCode? {
    appendList(value, to: &out) { self.toSalesforce($0) }
  }

  /// Appends the HubSpot value of a Salesforce multi-select, in the same way.
  public func appendHubSpotList(_ value: Bytes, to out: inout ByteBuffer) -> IssueCode? {
    appendList(value, to: &out) { self.toHubSpot($0) }
  }

  private func appendList(
    _ value: Bytes, to out: inout ByteBuffer, _ translate: (Bytes) -> Translation
  ) -> IssueCode? {
    let separator = UInt8(ascii: ";")
    var room = 1
    for byte in value where byte == separator { room &+= 1 }
    return withUnsafeTemporaryAllocation(of: Bytes.self, capacity: room) { parts in
      var count = 0
      var start = 0
      for end in 0...value.count where end == value.count || value[end] == separator {
        let part = value.part(start, end &- start)
        start = end &+ 1
        guard part.count > 0 else { continue }
        switch translate(part) {
        case .text(let text): parts.initializeElement(at: count, to: text)
        case .itself: parts.initializeElement(at: count, to: part)
        case .unknown(let code): return code
        }
        count &+= 1
      }
      var sorted = UnsafeMutableBufferPointer(rebasing: parts[..<count])
      sorted.sort { $0.precedes($1) }
      for (place, part) in sorted.enumerated() where place == 0 || !part.same(as: sorted[place &- 1]) {
        if place > 0 { out.append(separator) }
        out.append(part)
      }
      return nil
    }
  }
}
