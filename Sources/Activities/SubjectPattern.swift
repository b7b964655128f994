import Records

/// The pattern of a task's subject: text, and placeholders such as `{form_name}` (activities.md, 7).
public struct SubjectPattern: Sendable {
  /// A piece of the subject.
  public enum Piece: Sendable, Equatable {
    /// Text as the pipeline writes it.
    case text([UInt8])
    /// The value of the placeholder with this number in `SyncKind.placeholders`.
    case value(Int)
  }

  /// The pieces, in order.
  public let pieces: [Piece]

  /// Reads a pattern of a kind.
  ///
  /// - Throws: `UnknownPlaceholder` for one that the kind has not.
  public init(_ pattern: String, of kind: SyncKind) throws(UnknownPlaceholder) {
    var pieces: [Piece] = []
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      guard let place = kind.placeholders.firstIndex(where: { $0.name == name }) else {
        throw UnknownPlaceholder(name: name, known: kind.placeholders.map(\.name))
      }
      if open > rest.startIndex { pieces.append(.text(Array(rest[..<open].utf8))) }
      pieces.append(.value(place))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.text(Array(rest.utf8))) }
    self.pieces = pieces
  }

  /// A pattern without placeholders.
  public init(literal: String) { pieces = literal.isEmpty ? [] : [.text(Array(literal.utf8))] }

  /// A placeholder that a kind has not.
  public struct UnknownPlaceholder: Error {
    /// What stands between the braces.
    public var name: String
    /// What could stand there.
    public var known: [String]
  }
}
