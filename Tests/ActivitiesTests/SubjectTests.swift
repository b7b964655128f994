import Activities
import Records
import Testing

/// Subject patterns of the sync, and the patterns by which the import knows HubSpot's own tasks.
@Suite struct SubjectTests {
  @Test func `a pattern is text and placeholders of its kind`() throws {
    let pattern = try SubjectPattern("{integration}: {title}!", of: .integrationEvents)
    #expect(pattern.pieces == [.value(0), .text(Array(": ".utf8)), .value(1), .text([33])])
    #expect(try SubjectPattern("a } b { c", of: .notes).pieces == [.text(Array("a } b { c".utf8))])
  }

  @Test(arguments: SyncKind.allCases) func `every default pattern has placeholders that its kind knows`(
    kind: SyncKind
  ) throws {
    let pattern = try SubjectPattern(kind.defaultSubject, of: kind)
    #expect(pattern.pieces.contains { if case .value = $0 { true } else { false } })
  }

  @Test func `a placeholder of another kind is refused, with those that there are`() {
    #expect(throws: SubjectPattern.UnknownPlaceholder.self) { try SubjectPattern("{title}", of: .notes) }
  }

  @Test(arguments: [
    ("Opened*", "opened", true), ("Opened*", "OPENED Email", true), ("Opened*", "Re: Opened", false),
    ("*Opened*", "Re: Opened x", true), ("Sent * Email: *", "Sent Sales Email: x", true),
    ("Sent * Email: *", "Sent Email: x", false), ("a*b*a", "aba", true), ("a*a", "a", false), ("", "", true),
    ("", "x", false), ("*", "", true), ("Straße*", "STRASSE 1", true),
  ])
  func `a star stands for any text, also none, and the pattern covers the whole subject`(
    pattern: String, subject: String, covers: Bool
  ) {
    var scratch = ByteBuffer(capacity: 64)
    let found = Array(subject.utf8).withUnsafeBufferPointer {
      SubjectPatterns([pattern]).cover($0, folding: &scratch)
    }
    #expect(found == covers)
  }
}
