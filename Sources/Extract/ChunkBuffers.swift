import Records
import Staging

/// The rows that were made of one block for each chunk, until they are handed on.
struct ChunkBuffers: ~Copyable {
  private let buffers: UnsafeMutablePointer<ByteBuffer>
  private let count: Int

  /// Empty ones, for so many chunks.
  init(_ count: Int) {
    self.count = count
    buffers = .allocate(capacity: count)
    for place in 0..<count { (buffers + place).initialize(to: ByteBuffer(capacity: 4096)) }
  }

  deinit {
    buffers.deinitialize(count: count)
    buffers.deallocate()
  }

  /// Lets `body` append to the rows of a chunk.
  func append(to chunk: Int, _ body: (inout ByteBuffer) -> Void) {
    precondition(chunk >= 0 && chunk < count, "there is no such chunk")
    body(&buffers[chunk])
  }

  /// Hands the rows on to the tables of their chunks, and forgets them.
  func flush(to writers: [any TableWriter]) throws {
    for chunk in 0..<count where buffers[chunk].count > 0 {
      try writers[chunk].append(buffers[chunk].bytes)
      buffers[chunk].clear()
    }
  }
}
