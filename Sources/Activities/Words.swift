import CRM
import Records

extension UnsafeBufferPointer where Element == UInt8 {
  /// Whether the bytes are this ASCII word, in any case (activities-pipelines 4, "Words").
  @inlinable public func isWord(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    for place in 0..<count {
      let a = self[place]
      let b = word.utf8Start[place]
      if a == b { continue }
      guard a ^ b == 0x20, (a | 0x20) >= 97, (a | 0x20) <= 122 else { return false }
    }
    return true
  }
}

/// A text under Unicode default case folding, for look-ups that ignore case.
public func folded(_ text: String) -> [UInt8] { Array(text.utf8).withUnsafeBufferPointer { folded($0) } }

/// Bytes under Unicode default case folding.
public func folded(_ bytes: Bytes) -> [UInt8] {
  var out = ByteBuffer(capacity: bytes.count)
  caseFold(bytes, into: &out)
  return Array(out.bytes)
}

/// The statuses of the two sides (activities-pipelines 6, "Status and priority").
public struct StatusTable: Sendable {
  /// HubSpot's names, each with Salesforce's.
  public private(set) var pairs: [(hubspot: String, salesforce: String)] = [
    ("NOT_STARTED", "Not Started"), ("IN_PROGRESS", "In Progress"), ("COMPLETED", "Completed"),
    ("WAITING", "Waiting on someone else"), ("DEFERRED", "Deferred"),
  ]
  private var bySalesforce = ByteTable()

  /// HubSpot's names of the statuses.
  public static let hubspotNames = ["NOT_STARTED", "IN_PROGRESS", "COMPLETED", "WAITING", "DEFERRED"]

  /// The table, with other Salesforce names where an org has renamed its own; by HubSpot's name.
  public init(renamed: [String: String] = [:]) {
    for place in pairs.indices {
      if let name = renamed[pairs[place].hubspot] { pairs[place].salesforce = name }
    }
    for (place, pair) in pairs.enumerated() { bySalesforce.insert(folded(pair.salesforce), place) }
  }

  /// The HubSpot status of a Salesforce one that the table knows; case is ignored.
  public func hubspot(_ status: Bytes, folding scratch: inout ByteBuffer) -> String? {
    scratch.clear()
    caseFold(status, into: &scratch)
    return bySalesforce.find(scratch.bytes).map { pairs[$0].hubspot }
  }

  /// The Salesforce status of a HubSpot one; any other means Not Started.
  public func salesforce(_ status: Bytes) -> String {
    let words: [StaticString] = ["NOT_STARTED", "IN_PROGRESS", "COMPLETED", "WAITING", "DEFERRED"]
    let place = words.firstIndex { status.isWord($0) } ?? 0
    return pairs[place].salesforce
  }

  /// What Salesforce calls a status of HubSpot's name.
  public func salesforce(named name: String) -> String { pairs.first { $0.hubspot == name }?.salesforce ?? name }
}

/// The HubSpot priority of a Salesforce task; nil is none.
public func hubspotPriority(_ priority: Bytes, isHigh: Bool) -> StaticString? {
  if priority.isWord("High") { return "HIGH" }
  if priority.isWord("Normal") { return "MEDIUM" }
  if priority.isWord("Low") { return "LOW" }
  return isHigh ? "HIGH" : nil
}

/// The Salesforce priority of a HubSpot task.
public func salesforcePriority(_ priority: Bytes) -> StaticString {
  if priority.isWord("HIGH") { return "High" }
  return priority.isWord("LOW") ? "Low" : "Normal"
}
