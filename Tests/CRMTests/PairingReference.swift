import CRM

/// Semantics 3 once more, step by step, without regard to speed: what the pairing is compared with.
struct PairingReference {
  private let example: PairingExample
  private var h: [Verdict]
  private var s: [Verdict]
  private var partners: [Int: Int] = [:]

  init(_ example: PairingExample) {
    self.example = example
    h = example.hubspot.map { $0.id == 0 ? .unreadable : .free }
    s = example.salesforce.map { $0.id == 0 ? .unreadable : .free }
    dropRepeatedIDs()
    for row in s.indices where s[row] == .free { s[row] = example.salesforce[row].excluded }
    followLinks()
    followIDField()
    followBaseline()
    for key in example.keys.indices { match(key) }
    nameTheRest()
  }

  /// The verdicts of the HubSpot rows.
  var ofHubSpot: [String] { verdicts(h, h.indices.map { Int32(partners[$0] ?? -1) }) }

  /// The verdicts of the Salesforce rows.
  var ofSalesforce: [String] {
    verdicts(s, s.indices.map { row in Int32(partners.first { $0.value == row }?.key ?? -1) })
  }

  private mutating func pair(_ row: Int, _ other: Int, _ verdict: Verdict) {
    h[row] = verdict
    s[other] = verdict
    partners[row] = other
  }

  /// The HubSpot row that has an id and was not rejected.
  private func hubspotRow(_ id: Int) -> Int? {
    h.indices.first { id > 0 && example.hubspot[$0].id == id && !h[$0].isRejected }
  }

  private func salesforceRow(_ id: Int) -> Int? {
    s.indices.first { id > 0 && example.salesforce[$0].id == id && !s[$0].isRejected }
  }

  /// Step 1.
  private mutating func dropRepeatedIDs() {
    func rank(_ time: Int?, _ row: Int) -> (Int, Int) { (time ?? .min, row) }
    let left = example.hubspot
    for a in left.indices where left[a].id > 0 {
      let isBeaten = left.indices.contains { b in
        b != a && left[b].id == left[a].id && rank(left[b].time, b) > rank(left[a].time, a)
      }
      if isBeaten { h[a] = .duplicateID }
    }
    let right = example.salesforce
    for a in right.indices where right[a].id > 0 {
      let isBeaten = right.indices.contains { b in
        b != a && right[b].id == right[a].id && rank(right[b].time, b) > rank(right[a].time, a)
      }
      if isBeaten { s[a] = .duplicateID }
    }
  }

  /// Step 3, the link properties.
  private mutating func followLinks() {
    var claims: [Int: [Int]] = [:]
    for row in h.indices where h[row] == .free && example.hubspot[row].link != .none {
      guard case .to(let id, let object) = example.hubspot[row].link, let other = salesforceRow(id),
        s[other] == .free, example.salesforce[other].object == object
      else {
        h[row] = .danglingLink
        continue
      }
      claims[other, default: []].append(row)
    }
    for (other, rows) in claims {
      if rows.count == 1 {
        pair(rows[0], other, .pairedByLink)
      } else {
        s[other] = .duplicateLink
        for row in rows { h[row] = .duplicateLink }
      }
    }
  }

  /// Step 3, the `hubspot_id_field`.
  private mutating func followIDField() {
    var holders: [Int: [Int]] = [:]
    for other in s.indices where s[other] == .free && example.salesforce[other].hubspotID != 0 {
      guard let row = hubspotRow(example.salesforce[other].hubspotID) else {
        s[other] = .danglingLink
        continue
      }
      if example.hubspot[row].link == .none { holders[row, default: []].append(other) }
    }
    for (row, others) in holders {
      if others.count == 1 {
        pair(row, others[0], .pairedByIDField)
      } else {
        h[row] = .duplicateLink
        for other in others { s[other] = .duplicateLink }
      }
    }
  }

  /// Step 4.
  private mutating func followBaseline() {
    for line in example.baseline.sorted(by: { $0.missed < $1.missed }) {
      guard let row = hubspotRow(line.hubspot), let other = salesforceRow(line.salesforce) else { continue }
      if h[row] == .free, s[other] == .free, example.hubspot[row].link == .none {
        pair(row, other, .pairedByBaseline)
      }
    }
  }

  /// Step 5.
  private mutating func match(_ key: Int) {
    let taken = Set(
      h.indices.filter { h[$0].isPaired }.map { example.hubspot[$0].keys[key] }
        + s.indices.filter { s[$0].isPaired }.map { example.salesforce[$0].keys[key] })
    let left = Dictionary(grouping: h.indices.filter { h[$0] == .free }) { example.hubspot[$0].keys[key] }
    let right = Dictionary(grouping: s.indices.filter { s[$0] == .free }) { example.salesforce[$0].keys[key] }
    for value in Set(left.keys).union(right.keys) where !value.isEmpty {
      let (rows, others) = (left[value] ?? [], right[value] ?? [])
      let isOnBothSides = !rows.isEmpty && !others.isEmpty
      guard taken.contains(value) || isOnBothSides else { continue }
      let isSingle = rows.count == 1 && others.count == 1
      let isNewest = example.keys[key] == .newest
      let verdict = taken.contains(value) || isNewest ? Verdict.duplicate : .ambiguousMatch
      for row in rows { h[row] = verdict }
      for other in others { s[other] = verdict }
      if !taken.contains(value), isSingle || isNewest, let row = newest(rows), let other = newest(others: others) {
        pair(row, other, .pairedByKey)
      }
    }
  }

  private func newest(_ rows: [Int]) -> Int? {
    rows.max {
      let (a, b) = (example.hubspot[$0], example.hubspot[$1])
      return (a.time ?? .min, a.id) < (b.time ?? .min, b.id)
    }
  }

  private func newest(others: [Int]) -> Int? {
    others.max {
      let (a, b) = (example.salesforce[$0], example.salesforce[$1])
      return (a.time ?? .min, -a.object, a.id) < (b.time ?? .min, -b.object, b.id)
    }
  }

  /// Step 6.
  private mutating func nameTheRest() {
    let gone: [Verdict] = [.deletedInSalesforce, .convertedLead, .danglingLink]
    let (freeH, freeS) = (h.indices.filter { h[$0] == .free }, s.indices.filter { s[$0] == .free })
    for row in freeH {
      let lines = example.baseline.filter { $0.hubspot == example.hubspot[row].id }
      let lost = lines.contains { line in
        line.salesforce > 0 && (salesforceRow(line.salesforce).map { gone.contains(s[$0]) } ?? true)
      }
      h[row] = lost ? .partnerMissing : lines.contains { $0.salesforce == 0 } ? .createPending : .unmatched
    }
    for other in freeS {
      let lines = example.baseline.filter { $0.salesforce == example.salesforce[other].id }
      let lost = lines.contains { line in
        line.hubspot > 0 && (hubspotRow(line.hubspot).map { gone.contains(h[$0]) } ?? true)
      }
      s[other] = lost ? .partnerMissing : lines.contains { $0.hubspot == 0 } ? .createPending : .unmatched
    }
  }
}
