import Pipeline

/// The command that goes on with a run that was stopped: what was typed, but for what would do finished work anew.
struct ResumeCommand {
  private let words: [String]

  /// From the arguments of the process.
  init(_ words: [String]) { self.words = words }

  /// What to type; nil for commands that have nothing to go on with.
  var text: String? {
    guard words.first == "run" else { return nil }
    var kept: [String] = []
    var skipsNext = false
    for word in words {
      if skipsNext {
        skipsNext = false
      } else if word == "--from" {
        // What --from was to do anew is noted as not done: without it the run goes on there.
        skipsNext = true
      } else if !word.hasPrefix("--from=") {
        kept.append(shellWord(word))
      }
    }
    return "resync " + kept.joined(separator: " ")
  }

  /// The command in a sentence.
  var advice: String? { text.map { "to go on with what is left: \($0)" } }

  /// Whether errors are to be JSON too.
  static func asksForJSONLog(_ words: [String]) -> Bool {
    words.contains("--log-format=json") || zip(words, words.dropFirst()).contains { $0 == ("--log-format", "json") }
  }
}
