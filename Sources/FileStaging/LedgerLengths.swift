import Foundation

/// How long the files of a chunk of the ledger may be: `csv 1234`, a line for each; while they are replaced, the length of
/// before as well, or `csv -` where there was none.
struct LedgerLengths {
  private var lines: [String] = []
  /// What counts once all files are replaced.
  private var settled: [String] = []

  init() {}

  /// What a file says; nil if it is not there: older versions have written none.
  init?(_ path: String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    lines = text.split(separator: "\n").map(String.init)
    settled = lines
  }

  /// The file's text.
  var text: String { lines.map { $0 + "\n" }.joined() }

  /// Whether each file has one length, and is there.
  var isFinal: Bool {
    let kinds = lines.compactMap { $0.split(separator: " ").first }
    return Set(kinds).count == kinds.count && !lines.contains { $0.hasSuffix(" -") }
  }

  /// Adds the length that a file is going to have; `was` is that of now.
  mutating func add(_ bytes: Int, to suffix: String, was: Int?) {
    settled = settled.filter { !$0.hasPrefix(suffix + " ") } + ["\(suffix) \(bytes)"]
    lines =
      lines.filter { !$0.hasPrefix(suffix + " ") } + ["\(suffix) \(was.map(String.init) ?? "-")", "\(suffix) \(bytes)"]
  }

  /// All files are replaced.
  mutating func settle() { lines = settled }

  /// Whether a file may be so long; one of which nothing is said may be of any length.
  func allows(_ bytes: Int?, of suffix: String) -> Bool {
    let known = lines.filter { $0.hasPrefix(suffix + " ") }
    return known.isEmpty || known.contains("\(suffix) \(bytes.map(String.init) ?? "-")")
  }
}
