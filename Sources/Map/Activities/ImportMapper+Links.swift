import Activities
import CRM
import Records

/// The owner of an activity, and the records that it belongs to (activities-pipelines 4, "Owner" and "Links").
extension ImportMapper {
  // MARK: Owner

  mutating func owner(_ row: Int, _ column: Int, _ batch: inout RecordBatch) {
    let field = cell(row, column, batch)
    if batch[row, column].hasIssue { return fallBack(row, &batch) }
    guard !field.isEmpty else { return }
    if let code = setOwner(batch.bytes(field), row, &batch) {
      issues.add(source.columns[column], column, code, written(row, column, batch))
    }
  }

  /// The owner of an id as it is written elsewhere: that of a message's task.
  mutating func owner(_ field: StaticString, _ id: Bytes, _ row: Int, _ batch: inout RecordBatch) {
    guard id.count > 0 else { return }
    folding.clear()
    guard salesforceID18(id, into: &folding) else {
      issues.add(field, .invalidID, id)
      return fallBack(row, &batch)
    }
    // Noted before anything is stored: that may move the batch's bytes.
    if case .unknown(let code) = lookups.owners.toHubSpot(folding.bytes) { issues.add(field, code, id) }
    _ = setOwner(folding.bytes, row, &batch)
  }

  /// Sets the HubSpot owner of a user, or the fallback; the code says why it is the latter.
  func setOwner(_ user: Bytes, _ row: Int, _ batch: inout RecordBatch) -> IssueCode? {
    switch lookups.owners.toHubSpot(user) {
    case .text(let owner):
      batch.put(row, first + ImportColumn.value(.owner), owner)
      return nil
    case .itself:
      return nil
    case .unknown(let code):
      fallBack(row, &batch)
      return code
    }
  }

  func fallBack(_ row: Int, _ batch: inout RecordBatch) {
    if let owner = plan.ownerFallback { set(row, ImportColumn.value(.owner), to: owner, &batch) }
  }

  // MARK: Links

  mutating func taskLinks(_ row: Int, _ batch: borrowing RecordBatch) {
    link(who: columns.who, row, batch)
    relations(columns.relationField, row, batch)
    link(what: columns.what, row, batch)
    guard columns.account >= 0, !batch[row, columns.account].hasIssue else { return }
    links.follow(account: batch.bytes(row, columns.account))
  }

  mutating func link(who column: Int, _ row: Int, _ batch: borrowing RecordBatch) {
    let field = cell(row, column, batch)
    guard !field.isEmpty else { return }
    let code = links.follow(who: batch.bytes(field))
    if code != .none { issues.add(source.columns[column], column, code, written(row, column, batch)) }
  }

  mutating func link(what column: Int, _ row: Int, _ batch: borrowing RecordBatch) {
    let field = cell(row, column, batch)
    guard !field.isEmpty else { return }
    let code = links.follow(what: batch.bytes(field))
    if code != .none { issues.add(source.columns[column], column, code, written(row, column, batch)) }
  }

  mutating func follow(_ field: StaticString, _ id: Bytes) {
    guard id.count > 0 else { return }
    let code = links.follow(who: id)
    if code != .none { issues.add(field, code, id) }
  }

  mutating func follow(what field: StaticString, _ id: Bytes) {
    guard id.count > 0 else { return }
    let code = links.follow(what: id)
    if code != .none { issues.add(field, code, id) }
  }

  mutating func relations(_ field: StaticString, _ row: Int, _ batch: borrowing RecordBatch) {
    let list = joined(row, columns.relations, batch)
    guard list.count > 0 else { return }
    for item in list.split(separator: 10) {
      let id = Bytes(rebasing: item)
      let code = links.follow(relation: id)
      if code != .none { issues.add(field, code, id) }
    }
  }

  mutating func finishLinks(_ row: Int, _ batch: inout RecordBatch) {
    setList(row, ImportColumn.contacts, links.contacts, &batch)
    setList(row, ImportColumn.companies, links.companies, &batch)
    setList(row, ImportColumn.deals, links.deals, &batch)
  }

  mutating func setList(_ row: Int, _ column: Int, _ ids: [UInt64], _ batch: inout RecordBatch) {
    guard !ids.isEmpty else { return }
    text.clear()
    for (number, id) in ids.enumerated() {
      if number > 0 { text.append(UInt8(ascii: ";")) }
      text.append("\(id)")
    }
    batch.put(row, first + column, text.bytes)
  }
}
