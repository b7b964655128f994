import Foundation

/// Makes `.zip` archives byte by byte, so that a test can put names and contents into one that no tool would.
public struct ZipArchive {
  private var body = Data()
  private var directory = Data()
  private var count: UInt16 = 0

  /// An archive without files.
  public init() {}

  /// Adds a file as it is.
  public mutating func add(_ name: String, _ content: Data) {
    add(name, packed: content, method: 0, checksum: Self.crc32(content), size: UInt32(content.count))
  }

  /// Adds a file whose content a `.gz` file holds packed.
  public mutating func add(_ name: String, gzip: Data) {
    // A header of ten bytes without a name, then the packed bytes, checksum and size.
    let end = gzip.count - 8
    func number(_ place: Int) -> UInt32 {
      gzip[place..<place + 4].enumerated().reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
    }
    add(name, packed: Data(gzip[10..<end]), method: 8, checksum: number(end), size: number(end + 4))
  }

  private mutating func add(_ name: String, packed: Data, method: UInt16, checksum: UInt32, size: UInt32) {
    let start = UInt32(body.count)
    var facts = Data()
    facts.append(number: 20 as UInt16)
    facts.append(number: 0 as UInt16)
    facts.append(number: method)
    facts.append(number: 0 as UInt32)
    for value in [checksum, UInt32(packed.count), size] { facts.append(number: value) }
    facts.append(number: UInt16(name.utf8.count))
    facts.append(number: 0 as UInt16)
    body.append(number: 0x0403_4B50 as UInt32)
    body += facts + Data(name.utf8) + packed
    directory.append(number: 0x0201_4B50 as UInt32)
    directory.append(number: 20 as UInt16)
    directory += facts
    directory.append(number: 0 as UInt16)
    directory.append(number: 0 as UInt32)
    directory.append(number: 0 as UInt32)
    directory.append(number: start)
    directory += Data(name.utf8)
    count += 1
  }

  /// The bytes of the archive.
  public var data: Data {
    var end = Data()
    end.append(number: 0x0605_4B50 as UInt32)
    end.append(number: 0 as UInt32)
    end.append(number: count)
    end.append(number: count)
    end.append(number: UInt32(directory.count))
    end.append(number: UInt32(body.count))
    end.append(number: 0 as UInt16)
    return body + directory + end
  }

  private static func crc32(_ data: Data) -> UInt32 {
    var sum = ~0 as UInt32
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 {
        let lowest = sum & 1
        sum >>= 1
        if lowest == 1 { sum ^= 0xEDB8_8320 }
      }
    }
    return ~sum
  }
}

extension Data {
  /// Appends a number, its lowest byte first.
  fileprivate mutating func append(number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
