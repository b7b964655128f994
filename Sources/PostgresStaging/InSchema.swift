import Postgres

/// What knows tables of a staging schema by their names.
protocol InSchema {
  /// The name of the schema.
  var schema: String { get }
}

extension InSchema {
  /// A table of the schema, as SQL.
  func named(_ table: String) -> String { "\(quoted(schema)).\(quoted(table))" }
}
