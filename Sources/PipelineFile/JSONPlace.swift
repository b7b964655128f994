/// Finds where in a JSON text an entry begins, so that a message can name its line: the decoder knows only the way to it.
struct JSONPlace {
  private let text: [UInt8]
  private var place = 0

  /// The line, from 1, on which the value begins to which `path` leads: keys of objects and numbers of array elements. Of a
  /// path that leads nowhere, that of the last entry that is there. The text must be sound JSON.
  static func line(of path: [any CodingKey], in text: some Sequence<UInt8>) -> Int {
    var reader = JSONPlace(text: Array(text))
    var rest = path[...]
    reader.skipBlanks()
    var start = reader.place
    while let key = rest.popFirst(), reader.enter(key) { start = reader.place }
    return reader.text[..<min(start, reader.text.count)].count { $0 == UInt8(ascii: "\n") } + 1
  }

  private init(text: [UInt8]) { self.text = text }

  private var byte: UInt8 { place < text.count ? text[place] : 0 }

  private mutating func skipBlanks() { while place < text.count, byte <= 0x20 { place += 1 } }

  /// Moves from the start of an object or array to the start of one of its values; false if it has no such value.
  private mutating func enter(_ key: any CodingKey) -> Bool {
    let isArray = byte == UInt8(ascii: "[")
    guard isArray || byte == UInt8(ascii: "{") else { return false }
    place += 1
    var number = 0
    while true {
      skipBlanks()
      guard place < text.count, byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}") else { return false }
      var isWanted = isArray && number == key.intValue
      if !isArray {
        isWanted = skipString() == key.stringValue
        skipBlanks()
        place += 1
        skipBlanks()
      }
      if isWanted { return true }
      skipValue()
      skipBlanks()
      if byte == UInt8(ascii: ",") { place += 1 }
      number += 1
    }
  }

  /// Moves behind a value, whatever is nested in it; a loop, so that no depth can exhaust the stack.
  private mutating func skipValue() {
    var depth = 0
    repeat {
      skipBlanks()
      switch byte {
      case UInt8(ascii: "\""): skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"): place += 1
      default: skipWord()
      }
    } while depth > 0 && place < text.count
  }

  private mutating func skipWord() {
    let ends: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":")]
    let start = place
    while place < text.count, byte > 0x20, !ends.contains(byte) { place += 1 }
    if place == start { place += 1 }
  }

  /// Moves behind a string, and gives what stands between its quotes; escapes stay as they are.
  @discardableResult private mutating func skipString() -> String {
    place += 1
    let start = place
    while place < text.count, byte != UInt8(ascii: "\"") { place += byte == UInt8(ascii: "\\") ? 2 : 1 }
    let end = min(place, text.count)
    place += 1
    return String(decoding: text[min(start, end)..<end], as: UTF8.self)
  }
}
