import Records

/// Runs `body` with the UTF-8 bytes of `text`.
public func withBytes<Result>(_ text: String, _ body: (Bytes) -> Result) -> Result {
  Array(text.utf8).withUnsafeBufferPointer { body($0) }
}
