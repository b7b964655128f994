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
      throw RunError(.wrong, "the run name \(name) is not usable: take letters, digits, '.', '_' and '-'")
    }
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
