import Extract

/// The names that a run may have: they name folders.
enum RunName {
  /// Refuses a name that is no letter or digit followed by up to 99 letters, digits, `.`, `_` and `-`.
  ///
  /// - Throws: `RunError` with exit code 2.
  static func check(_ name: String) throws {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, bytes.count <= 100, isAlphanumeric(first),
      bytes.allSatisfy({ isAlphanumeric($0) || ".-_".utf8.contains($0) })
    else {
      throw RunError(
        .wrong,
        "the run name \"\(shown(name))\" is not usable: take up to 100 letters, digits, '.', '_' and '-', a letter or digit first"
      )
    }
  }

  /// A name that is too long, or has characters that would spoil a terminal, is not shown as it is.
  private static func shown(_ name: String) -> String {
    let start = String(name.withoutControls.unicodeScalars.prefix(40))
    return start.unicodeScalars.count < name.unicodeScalars.count ? start + "…" : start
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
