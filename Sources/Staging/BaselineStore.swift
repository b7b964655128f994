import CRM
import Records

/// The baseline of a pipeline: for each pair and mapping the values that both sides have shown (semantics 5).
///
/// It is kept in generations, one a run. A run first adopts the rows of the generation before it, cut into its own chunks;
/// then each chunk's rows are replaced when its load is complete. So it is whole at every moment, and moves chunk by chunk.
public protocol BaselineStore: Sendable {
  /// The run whose generation is the current one, if the object has a baseline.
  func generation(of object: String) throws -> String?
  /// The runs on which the baseline of any object stands: they must stay.
  func generations() throws -> Set<String>
  /// Opens the tables of the current generation; none if there is no baseline.
  func tables(of object: String) throws -> [any TableReader]
  /// Makes the staged `extract/OBJECT/baseline` tables of a run the current generation. Its rows are the same as before.
  func adopt(_ object: String, run: String, chunks: Int, from store: any StagingStore) throws
  /// Replaces the rows of a chunk with the staged `conflict-resolve/OBJECT/baseline` table.
  func replace(_ object: String, run: String, chunk: Int, from store: any StagingStore) throws
  /// Remembers how many rows were read, for `max_shrink`, and removes older generations.
  func finish(_ object: String, run: String, rows: BaselineRows) throws
  /// The rows of the last run that was loaded whole.
  func lastRows(of object: String) throws -> BaselineRows?
}

/// How many rows each side had in the last loaded run.
public struct BaselineRows: Codable, Sendable {
  /// Rows that the HubSpot files held.
  public var hubspot: Int
  /// Rows that the Salesforce files of all objects held.
  public var salesforce: Int

  /// The rows of both sides.
  public init(hubspot: Int, salesforce: Int) {
    self.hubspot = hubspot
    self.salesforce = salesforce
  }
}

/// The columns of a baseline table.
public struct BaselineLayout: Sendable {
  /// A pair is known by its two ids; a create that was made by the one that it has. `_missed` counts the runs in a row that
  /// did not find it. `_there` says which of the two records the run's exports have: `h`, `s`, `hs` or nothing.
  public static let leading = ["_hubspot_id", "_object", "_salesforce_id", "_missed", "_there"]
  /// What `_missed` can be: `keep_baseline` allows a million runs.
  public static let missedRange = 0...1_000_001
  /// Names of the cells: three for each mapping, `bh`, `bs` and the pending write.
  public let cells: [String]
  /// All columns.
  public var columns: [String] { Self.leading + cells }

  /// The layout for today's mappings. A mapping's cells are named by what makes its values; where that is not the same in
  /// an older table, the mapping has no baseline.
  public init(_ plan: ObjectPlan) {
    var counts: [String: Int] = [:]
    cells = plan.mappings.flatMap { mapping -> [String] in
      var name = Self.name(of: mapping, plan)
      // The same two fields may be mapped for one Salesforce object and again for another.
      counts[name, default: 0] += 1
      if let count = counts[name], count > 1 { name += "#\(count)" }
      return ["\(name):hubspot", "\(name):salesforce", "\(name):pending"]
    }
  }

  /// The fields of a mapping, with what makes its values.
  public static func name(of mapping: FieldMapping, _ plan: ObjectPlan) -> String {
    "\(mapping.property)=\(mapping.field)@\(formula(of: mapping, plan))"
  }

  /// What makes the own values of a mapping: kind, comparison; of numbers the scale, of dates and datetimes the timezone.
  static func formula(of mapping: FieldMapping, _ plan: ObjectPlan) -> String {
    var parts = [mapping.kind.rawValue, mapping.comparison.rawValue]
    switch mapping.kind {
    case .number: parts.append(mapping.scale.map { String($0) } ?? "any")
    case .date, .datetime: parts.append(plan.pipelineZone.identifier)
    default: break
    }
    return parts.joined(separator: "/")
  }
}
