import CRM
import Records

/// A pattern that covers a whole text: `*` stands for any text, also none; case is ignored (activities-pipelines 4,
/// "Written by HubSpot").
public struct WildcardPattern: Sendable {
  private let parts: [[UInt8]]

  /// A pattern as a pipeline writes it.
  public init(_ pattern: String) {
    parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map { folded(String($0)) }
  }

  /// Whether it covers a text that is case-folded already.
  public func covers(_ text: Bytes) -> Bool {
    guard let first = parts.first, let last = parts.last else { return false }
    guard parts.count > 1 else { return first.withUnsafeBufferPointer { $0.same(as: text) } }
    guard text.count >= first.count + last.count, Self.has(first, text, at: 0),
      Self.has(last, text, at: text.count - last.count)
    else { return false }
    // The parts between may be taken as early as possible: what is left for the later ones only grows.
    var place = first.count
    let end = text.count - last.count
    for part in parts.dropFirst().dropLast() {
      while place + part.count <= end && !Self.has(part, text, at: place) { place += 1 }
      guard place + part.count <= end else { return false }
      place += part.count
    }
    return true
  }

  private static func has(_ part: [UInt8], _ text: Bytes, at place: Int) -> Bool {
    part.withUnsafeBufferPointer { $0.same(as: text.part(place, part.count)) }
  }
}

/// The subjects of the tasks that HubSpot itself has written.
public struct SubjectPatterns: Sendable {
  private let patterns: [WildcardPattern]

  /// What they are unless the pipeline says otherwise.
  public static let standard = [
    "Submitted*: *", "Sent * Email: *", "Opened*", "Clicked*", "Replied to *", "Meeting: *", "Call: *", "Note: *",
    "Viewed: *", "Task: *",
  ]

  /// Patterns as a pipeline writes them.
  public init(_ patterns: [String] = Self.standard) { self.patterns = patterns.map { WildcardPattern($0) } }

  /// Whether any of them covers a subject; `scratch` is used to fold its case.
  public func cover(_ subject: Bytes, folding scratch: inout ByteBuffer) -> Bool {
    scratch.clear()
    caseFold(subject, into: &scratch)
    return patterns.contains { $0.covers(scratch.bytes) }
  }
}
