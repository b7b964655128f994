import Foundation

extension String {
  /// The text in lines that fit a terminal, cut between words, and set in below where they began. Of a command with a comment
  /// (`  # …`) the comment goes to the next line, so that the command can still be copied; a word that is too long stays
  /// whole.
  public func wrapped(to width: Int?) -> String {
    guard let width, width >= 20 else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { line in line.count <= width ? [String(line)] : line.wrappedLines(width) }.joined(separator: "\n")
  }
}

extension Substring {
  fileprivate func wrappedLines(_ width: Int) -> [String] {
    let margin = String(repeating: " ", count: prefix { $0 == " " }.count + 2)
    if let comment = range(of: "  # ") {
      let command = String(self[..<comment.lowerBound])
      return [command] + (margin + self[comment.upperBound...].withMark)[...].wrappedLines(width, margin + "# ")
    }
    return wrappedLines(width, margin)
  }

  private func wrappedLines(_ width: Int, _ margin: String) -> [String] {
    var lines: [String] = []
    var line = String(prefix { $0 == " " })
    var isEmpty = true
    for word in drop(while: { $0 == " " }).split(separator: " ", omittingEmptySubsequences: false) {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        (line, isEmpty) = (margin, true)
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return lines + [line]
  }

  private var withMark: String { "# " + self }
}

extension Terminal {
  /// The columns of the terminal on stdout; nil if stdout is none: then nothing is wrapped, since a program may read it.
  public static var widthOfStdout: Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
