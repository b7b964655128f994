import Records

/// Calls `body` with each id of a cell of `hs_merged_object_ids`: the contacts that were merged into a contact, separated by `;`
/// (semantics 3.2). Older exports put a colon and the time of the merge behind each (domain facts, "Merged records"). What is no
/// id is passed over.
public func forEachMergedID(in cell: Bytes, _ body: (UInt64) -> Void) {
  for item in cell.split(separator: UInt8(ascii: ";")) {
    let digits = item.drop { $0 <= 0x20 }.prefix { $0 > 0x20 && $0 != UInt8(ascii: ":") }
    if let id = UInt64(digits: Bytes(rebasing: digits)), id > 0 { body(id) }
  }
}
