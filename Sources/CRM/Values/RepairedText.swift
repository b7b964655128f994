import Records

/// Appends a cell that is no valid UTF-8 as people see it in `rejects.csv`: NULs gone, trimmed, and U+FFFD
/// for each part that is none (spec, semantics 7; the parts are those of Unicode's substitution of maximal
/// subparts).
public func appendRepaired(_ raw: Bytes, into out: inout ByteBuffer) {
  let repaired = String(decoding: raw.filter { $0 != 0 }, as: UTF8.self)
  Array(repaired.utf8).withUnsafeBufferPointer { text in
    let (start, count) = trimmed(text)
    out.append(text.part(start, count))
  }
}
