/// Memory for bytes that go past the page cache: it begins where a block of any disk may.
///
/// Allocated unaligned, a block longer, for glibc gives aligned memory that it cannot give again once it is freed: each chunk
/// of a run took 8 MB more.
final class DirectMemory {
  private let block: UnsafeMutableRawPointer
  /// Where it begins.
  let bytes: UnsafeMutableRawPointer

  /// Memory for so many bytes.
  init(_ size: Int) {
    block = .allocate(byteCount: size + PastCache.alignment, alignment: 1)
    bytes = block.alignedUp(toMultipleOf: PastCache.alignment)
  }

  deinit { block.deallocate() }
}
