import CRM
import FileStaging
import Foundation
import PipelineFile

/// Adds options to a HubSpot properties JSON, as text: all that it does not add keeps its bytes.
public struct PropertiesFile {
  private let path: String
  /// The bytes of the file.
  public private(set) var bytes: [UInt8]
  private let original: [UInt8]

  /// Reads a properties JSON. Throws a `PipelineError` if it cannot be read.
  public init(_ path: String) throws(PipelineError) {
    self.path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let data = FileManager.default.contents(atPath: self.path) else {
      throw PipelineError(file: path, message: "cannot be read")
    }
    bytes = [UInt8](data)
    original = bytes
  }

  /// Adds options at the end of those of a property: HubSpot shows an order of -1 last. Throws a `PipelineError` if the property has no list of options.
  public mutating func add(_ options: [HubSpotOption], to property: String) throws(PipelineError) {
    guard !options.isEmpty else { return }
    var walker = JSONWalker(bytes)
    guard let list = walker.optionsList(of: property) else {
      throw PipelineError(
        file: path, message: "the property \(property) has no list of options", hint: "save it again from HubSpot")
    }
    let isEmpty = bytes[(list.lowerBound + 1)..<(list.upperBound - 1)].allSatisfy { $0 <= 0x20 }
    var place = list.upperBound - 1
    while place > list.lowerBound + 1, bytes[place - 1] <= 0x20 { place -= 1 }
    let separator = isEmpty ? [] : [UInt8(ascii: ",")] + walker.gap(ofLastIn: list)
    let texts = options.map { option in
      let text =
        "{\"label\": \(Self.quoted(option.label)), \"value\": \(Self.quoted(option.value)), "
        + "\"hidden\": false, \"displayOrder\": -1}"
      return Array(text.utf8)
    }
    let joined = Array(texts.joined(separator: isEmpty ? Array(", ".utf8) : separator))
    bytes.insert(contentsOf: (isEmpty ? [] : separator) + joined, at: place)
  }

  /// The body of `PATCH /crm/v3/properties/OBJECT/PROPERTY`. HubSpot replaces all options by its list, so it has all of
  /// them, as the file has them. Throws a `PipelineError` if there is no such list.
  public func requestBody(of property: String) throws(PipelineError) -> String {
    var walker = JSONWalker(bytes)
    guard let list = walker.optionsList(of: property) else {
      throw PipelineError(file: path, message: "the property \(property) has no list of options")
    }
    return "{\"options\": " + String(decoding: bytes[list], as: UTF8.self) + "}\n"
  }

  /// Writes the file aside and renames it; its permissions stay.
  public func write() throws {
    try replaceFile(bytes, to: path, insteadOf: original)
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}

/// Walks over JSON that is known to be sound, for the places of things in it.
private struct JSONWalker {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Where the list of options of a property lies, its brackets included.
  mutating func optionsList(of property: String) -> Range<Int>? {
    place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var found: Range<Int>?
    walk { name, options in if found == nil, name == property { found = options } }
    return found
  }

  /// The white space in front of the last element of a list.
  func gap(ofLastIn list: Range<Int>) -> [UInt8] {
    var walker = self
    walker.place = list.lowerBound + 1
    var gap: [UInt8] = []
    while walker.place < list.upperBound - 1 {
      let start = walker.place
      walker.skipSpace()
      guard walker.place < list.upperBound - 1 else { break }
      gap = Array(bytes[start..<walker.place])
      walker.walk { _, _ in }
      walker.skipSpace()
      if walker.place < list.upperBound - 1, bytes[walker.place] == UInt8(ascii: ",") { walker.place += 1 }
    }
    return gap.isEmpty ? [0x20] : gap
  }

  private mutating func skipSpace() {
    while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
  }

  /// Goes behind the value that begins here; tells of each object its `name` and where its list of `options` lies.
  private mutating func walk(_ tell: (_ name: String, _ options: Range<Int>) -> Void) {
    skipSpace()
    guard place < bytes.count else { return }
    switch bytes[place] {
    case UInt8(ascii: "{"): walkObject(tell)
    case UInt8(ascii: "["):
      place += 1
      walkItems(UInt8(ascii: "]")) { $0.walk(tell) }
    case UInt8(ascii: "\""): _ = takeString()
    default:
      while place < bytes.count, !",]} \n\r\t".utf8.contains(bytes[place]) { place += 1 }
    }
  }

  private mutating func walkObject(_ tell: (_ name: String, _ options: Range<Int>) -> Void) {
    var name: String?
    var options: Range<Int>?
    place += 1
    walkItems(UInt8(ascii: "}")) { walker in
      let key = walker.takeString()
      walker.skipSpace()
      if walker.place < walker.bytes.count, walker.bytes[walker.place] == UInt8(ascii: ":") { walker.place += 1 }
      walker.skipSpace()
      let start = walker.place
      walker.walk(tell)
      let value = min(start, walker.bytes.count)..<min(walker.place, walker.bytes.count)
      if key == "name" { name = try? JSONDecoder().decode(String.self, from: Data(walker.bytes[value])) }
      if key == "options", walker.bytes[value].first == UInt8(ascii: "[") { options = value }
    }
    if let name, let options { tell(name, options) }
  }

  /// Takes what stands between commas up to the closing byte.
  private mutating func walkItems(_ close: UInt8, _ item: (inout JSONWalker) -> Void) {
    while place < bytes.count {
      skipSpace()
      guard place < bytes.count else { return }
      if bytes[place] == close {
        place += 1
        return
      }
      if bytes[place] == UInt8(ascii: ",") {
        place += 1
        continue
      }
      let before = place
      item(&self)
      if place == before { return }
    }
  }

  /// Goes behind a string, and gives what it holds between its quotes.
  private mutating func takeString() -> String {
    place += 1
    let start = min(place, bytes.count)
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    let text = String(decoding: bytes[start..<min(place, bytes.count)], as: UTF8.self)
    place += 1
    return text
  }
}
