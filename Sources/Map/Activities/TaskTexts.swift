import Activities
import CRM
import Records

/// Makes the texts of Salesforce tasks (activities-pipelines 6, "Text"). One a thread; a text lasts until the next call.
struct TaskTexts: ~Copyable {
  /// What Salesforce holds, in UTF-16 code units.
  static let subjectLimit = 255, descriptionLimit = 32_000

  private var plain = PlainTextMaker()
  private var canonicalizer = Canonicalizer()
  private var value = Canonicalizer()
  private var draft = ByteBuffer(capacity: 1024)
  private let text = ValueFormat(kind: .text, side: .hubspot)
  private let longtext = ValueFormat(kind: .longtext, side: .hubspot)

  init() {}

  /// Begins a subject.
  mutating func beginSubject() { draft.clear() }

  /// Appends a piece of a subject: text of the pattern, or a value that is canonical text.
  mutating func appendToSubject(_ piece: Bytes) { draft.append(piece) }

  /// Appends the first line that is not blank of HTML as plain text.
  mutating func appendFirstLine(ofHTML html: Bytes) {
    let lines = plain.make(html).split(separator: 10)
    for line in lines {
      let cell = value.canonicalize(Bytes(rebasing: line), text)
      guard cell.count > 0 else { continue }
      return draft.append(
        cell.place == .raw
          ? Bytes(rebasing: line).part(cell.start, cell.count) : value.scratch.part(cell.start, cell.count))
    }
  }

  /// The subject as canonical text, cut to what Salesforce holds.
  mutating func finishSubject() -> (Bytes, isCut: Bool) {
    let cell = canonicalizer.canonicalize(draft.bytes, text)
    let whole = cell.place == .raw ? draft.part(cell.start, cell.count) : canonicalizer.scratch.bytes
    return Self.cut(whole, Self.subjectLimit)
  }

  /// A description as canonical longtext, cut to what Salesforce holds.
  mutating func description(_ source: Bytes, isHTML: Bool) -> (Bytes, isCut: Bool) {
    let made = isHTML ? plain.make(source) : source
    let cell = canonicalizer.canonicalize(made, longtext)
    let whole = cell.place == .raw ? made.part(cell.start, cell.count) : canonicalizer.scratch.bytes
    return Self.cut(whole, Self.descriptionLimit)
  }

  private static func cut(_ whole: Bytes, _ limit: Int) -> (Bytes, isCut: Bool) {
    let kept = countKept(of: whole, toUTF16: limit)
    return (whole.part(0, kept), kept < whole.count)
  }
}
