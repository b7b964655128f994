import TestSupport
import Testing

/// The broken and the odd files that frictionless tests its own reader with. Each is read whole, or refused by name, line and
/// what to do, or some of its rows are rejected by line; never is a row lost, or a row behind it shifted (semantics 7).
@Suite(
  .overBothStores,
  .enabled(if: Repository.fixtures("frictionless") != nil, "frictionless' files are not beside the package"))
struct ForeignFileTests {
  /// A file, the columns that stand for the id and for a value, and how many rows it has, which of them are rejected.
  struct Readable: CustomTestStringConvertible, Sendable {
    let file: String, id: String, name: String, rows: Int
    var rejects: [String] = []
    var options = ""
    var testDescription: String { file }
  }

  private static let readable = [
    Readable(file: "blank-cells", id: "id", name: "name", rows: 5),
    Readable(file: "blank-headers", id: "id", name: "age", rows: 2),
    Readable(
      file: "blank-rows-multiple", id: "id", name: "name", rows: 13, rejects: (4...14).map { "\($0) missing_id" }),
    // A line without a character is no row; one of commas alone is.
    Readable(file: "blank-rows-no-fields", id: "id", name: "name", rows: 2),
    Readable(file: "blank-rows", id: "id", name: "name", rows: 3, rejects: ["4 missing_id"]),
    Readable(file: "bom", id: "id", name: "name", rows: 2),
    Readable(file: "dialect", id: "id", name: "name", rows: 2, rejects: ["3 ragged_row"], options: "delimiter: \"|\""),
    // 25003 once, 25005 four times.
    Readable(
      file: "doublequote", id: "ue_cod", name: "UE", rows: 5, rejects: (3...5).map { "\($0) duplicate_id" }),
    Readable(file: "duplicate-rows", id: "id", name: "name", rows: 3, rejects: ["2 duplicate_id"]),
    // Its ids are words.
    Readable(
      file: "encoding-issue-274", id: "id", name: "name", rows: 507, rejects: (2...508).map { "\($0) invalid_id" }),
    Readable(file: "invalid-data", id: "id", name: "name", rows: 2, rejects: ["2 invalid_id", "4 invalid_id"]),
    // It knows no comments: the line is a row with too few cells.
    Readable(file: "skip-blank-at-the-end", id: "test1", name: "test2", rows: 2, rejects: ["2 ragged_row"]),
  ]

  private static func path(_ file: String) -> String { (Repository.fixtures("frictionless") ?? "") + "/\(file).csv" }

  @Test(arguments: readable) func `is read to its end, every row of it`(file: Readable) throws {
    let pipeline = try ForeignPipeline(Self.path(file.file), id: file.id, name: file.name, options: file.options)
    let found = try pipeline.readAndRejected("n1")
    #expect(found.read == file.rows)
    #expect(found.rejects == file.rejects)
  }

  @Test(arguments: [
    ("capital-invalid", "the column name occurs twice"), ("duplicate-column", "the column B occurs twice"),
    ("duplicate-headers", "the column id occurs twice"), ("invalid", "the column name occurs twice"),
    ("without-headers-extra", "the column id, name is missing"), ("dialect", "the column id, name is missing"),
  ])
  func `is refused whole, by name and line`(file: String, complaint: String) throws {
    let pipeline = try ForeignPipeline(Self.path(file), id: "id", name: "name")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    #expect(outcome.messages.contains("export.csv:1: \(complaint)"), "\(outcome.messages)")
    #expect(!pipeline.sandbox.has("out"))
  }
}
