import ArgumentParser
import CRM
import Pipeline

/// Refuses a word that is no command, and says which one is meant: the parser would only call it unexpected.
enum UnknownCommand {
  /// - Throws: `RunError` with exit code 2 if the first of `words` that has to be a command is none.
  static func refuse(
    _ words: ArraySlice<String>, below command: any ParsableCommand.Type, path: String = "resync"
  ) throws {
    let subcommands = command.configuration.subcommands
    guard !subcommands.isEmpty, let word = words.first, !word.hasPrefix("-"), word != "help" else { return }
    if let found = subcommands.first(where: { $0.configuration.commandName == word }) {
      return try refuse(words.dropFirst(), below: found, path: "\(path) \(word)")
    }
    let names = subcommands.compactMap { $0.configuration.commandName }
    let advice = nearestName(to: word, among: names).map { "did you mean \(path) \($0)? " } ?? ""
    throw RunError(.wrong, "there is no command \(path) \(word); \(advice)\(path) --help lists them")
  }
}
