import Foundation

/// The way to a file past the page cache, where the system and its file system have one (open(2), O_DIRECT).
enum PastCache {
  /// What memory, lengths and places in a file must be multiples of, in bytes: for every disk's block.
  static let alignment = 4096

  #if os(Linux)
    /// The flag for `open`; 0 where the system has no such way.
    static let flag = __O_DIRECT
  #else
    /// The flag for `open`; 0 where the system has no such way.
    static let flag: Int32 = 0
  #endif

  /// From now on an open file is read and written through the page cache.
  static func leave(_ descriptor: Int32) {
    let flags = fcntl(descriptor, F_GETFL)
    if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags & ~flag) }
  }
}
