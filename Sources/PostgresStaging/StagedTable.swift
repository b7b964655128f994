import Foundation
import Postgres
import Records
import Staging

/// How a staged table lies in the database: the table's name, and which of its columns are columns there.
///
/// Columns that every run has are columns of their own. The cells of mappings differ from run to run, may be more than a
/// table can have columns (1,600), and may have names longer than the 63 bytes of PostgreSQL: they are one array, `cells`,
/// whose names the table `tables` holds.
struct StagedTable {
  /// `STAGE_OBJECT_SIDE`: `map_companies_hubspot`.
  let name: String
  /// The columns of their own, without `_run`, `_chunk` and `_row`.
  let fixed: [String]
  /// Whether the columns behind them are in `cells`.
  let hasCells: Bool

  init(_ stage: Stage, _ object: String, _ part: String, columns: [String]) {
    name = [stage.rawValue, object, part].joined(separator: "_").replacingOccurrences(of: "-", with: "_")
    let leading: [String]
    switch part {
    case "hubspot", "salesforce":
      leading = columns.starts(with: ActivityTable.leading) ? ActivityTable.leading : TableLayout.leading
    case "baseline": leading = BaselineLayout.leading
    default: leading = columns
    }
    // The number that a record has over all files of its side is not its place in this table.
    fixed = leading.map { $0 == "_row" ? "_source_row" : $0 }
    hasCells = part == "hubspot" || part == "salesforce" || part == "baseline"
  }

  /// A table whose columns are all columns of their own.
  init(plain columns: [String]) {
    name = ""
    fixed = columns
    hasCells = false
  }

  /// The table of one run: a partition, which can be dropped at once.
  func partition(of run: String) -> String { "\(name)_\(Self.digest(run))" }

  /// The columns that hold what was staged, as SQL.
  var columnList: String { (fixed.map { quoted($0) } + (hasCells ? ["cells"] : [])).joined(separator: ", ") }

  /// The definition of its columns, as SQL.
  var definition: String {
    let texts = fixed.map { "\(quoted($0)) text" } + (hasCells ? ["cells text[]"] : [])
    return (["_run text NOT NULL", "_chunk integer NOT NULL", "_row bigint NOT NULL"] + texts).joined(separator: ", ")
  }

  /// FNV-1a of 64 bits: a run's name may be longer than a table's.
  static func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
