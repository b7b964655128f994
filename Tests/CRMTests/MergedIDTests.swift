import CRM
import Records
import Testing

/// The ids of a cell of `hs_merged_object_ids` (semantics 3.2; domain facts, "Merged records").
@Suite struct MergedIDTests {
  @Test(
    arguments: [
      ("", []), ("78", [78]), ("77;78", [77, 78]), (" 77 ; 78 ", [77, 78]), ("77;\u{A}78;", [77, 78]),
      ("77:1490000000000;78:1490000000001", [77, 78]), ("77 : 149", [77]), ("x;0;-5;78", [78]), (";;", []),
    ] as [(String, [UInt64])])
  func `ids are separated by semicolons, each maybe with the time of its merge`(cell: String, expected: [UInt64]) {
    var found: [UInt64] = []
    Array(cell.utf8).withUnsafeBufferPointer { forEachMergedID(in: $0) { found.append($0) } }
    #expect(found == expected)
  }
}
