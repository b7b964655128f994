import Foundation

/// Packs files as `.gz` and `.zip` without compressing them: what a reader needs, and no program has to be installed.
public enum Packing {
  /// A gzip file (RFC 1952) with stored blocks.
  public static func gzip(_ data: Data) -> Data {
    var packed = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
    let blocks = stride(from: 0, to: max(1, data.count), by: 65_535)
    for start in blocks {
      let block = data.dropFirst(start).prefix(65_535)
      packed.append(start + 65_535 >= data.count ? 1 : 0)
      packed.append(little(block.count, 2))
      packed.append(little(~block.count & 0xFFFF, 2))
      packed.append(block)
    }
    packed.append(little(Int(crc32(data)), 4))
    packed.append(little(data.count, 4))
    return packed
  }

  /// A zip file with stored entries; names are UTF-8, and marked as such.
  public static func zip(_ files: [(name: String, data: Data)]) -> Data {
    var packed = Data()
    var directory = Data()
    for (name, data) in files {
      let common =
        little(20, 2) + little(0x0800, 2) + little(0, 2) + little(0, 4) + little(Int(crc32(data)), 4)
        + little(data.count, 4) + little(data.count, 4) + little(name.utf8.count, 2) + little(0, 2)
      directory.append(
        Data("PK\u{1}\u{2}".utf8) + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2)
          + little(0x81A4_0000, 4) + little(packed.count, 4) + Data(name.utf8))
      packed.append(Data("PK\u{3}\u{4}".utf8) + common + Data(name.utf8) + data)
    }
    let end =
      little(0, 2) + little(0, 2) + little(files.count, 2) + little(files.count, 2) + little(directory.count, 4)
      + little(packed.count, 4) + little(0, 2)
    return packed + directory + Data("PK\u{5}\u{6}".utf8) + end
  }

  private static func little(_ value: Int, _ count: Int) -> Data {
    Data((0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
  }

  private static func crc32(_ data: Data) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in data {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
