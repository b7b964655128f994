import Foundation

/// How much may come out of an archive: a few bytes of it can be made to unpack to more than any disk holds.
///
/// Exports pack to a tenth, repetitive ones to a fiftieth. What packs better than 250 to 1 is no export; small archives are
/// let through whatever they hold.
struct UnpackLimit {
  static let ratio = 250
  /// So many bytes may come out of any archive.
  static let free = 64 << 20
  static let maxFiles = 1000

  private let source: SourceFile
  private let most: Int
  private var bytes = 0
  private var files = 0

  init(_ source: SourceFile) throws {
    self.source = source
    var info = stat()
    guard stat(source.path, &info) == 0 else { throw SourceError(source.displayName, "cannot be read") }
    let (product, isTooLarge) = Int(info.st_size).multipliedReportingOverflow(by: Self.ratio)
    most = isTooLarge ? Int.max : max(Self.free, product)
  }

  /// - Throws: `SourceError` if more comes out than can be meant.
  mutating func count(_ more: Int) throws {
    bytes += more
    guard bytes > most else { return }
    throw SourceError(
      source.displayName,
      "unpacks to more than \(Self.ratio) times its size, which no export does: unpack it yourself, and look at it")
  }

  mutating func countFile() throws {
    files += 1
    guard files > Self.maxFiles else { return }
    throw SourceError(
      source.displayName, "holds more than \(Self.maxFiles) CSV files: unpack it, and name them by a glob")
  }
}

extension String {
  /// The text with `?` for control characters: a name from outside must not write lines into messages and reports.
  public var withoutControls: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
