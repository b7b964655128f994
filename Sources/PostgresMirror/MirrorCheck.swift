import CRM
import Postgres
import Staging

/// Finds the tables that a pipeline writes, and says of all at once what is wrong with them.
struct MirrorCheck {
  let settings: MirrorSettings

  /// The tables by object.
  ///
  /// - Throws: `MirrorError` with a line for each table or column that is missing or cannot be written.
  func tables(of plans: [ObjectPlan], _ connection: borrowing Connection) throws -> [String: MirrorTable] {
    var tables: [String: MirrorTable] = [:]
    var problems: [String] = []
    for plan in plans {
      for (side, object, number) in [(Side.hubspot, plan.object, 0)]
        + plan.salesforceObjects.enumerated().map({ (Side.salesforce, $1, $0) })
      {
        guard settings.tables == nil || settings.tables?[object] != nil else { continue }
        let fields = Self.written(plan, side, number)
        do {
          tables[object] = try table(
            of: object, side, fields, hasCreates: plan.createIn.contains(side), connection)
        } catch let error as MirrorError {
          problems.append(error.description)
        }
      }
    }
    guard problems.isEmpty else { throw MirrorError(description: problems.joined(separator: "\n")) }
    return tables
  }

  /// The fields of an object that the pipeline may write.
  private static func written(_ plan: ObjectPlan, _ side: Side, _ number: Int) -> Set<String> {
    let creates = plan.createIn.contains(side)
    if side == .hubspot {
      return Set(plan.links.filter(\.isWritable).map(\.property) + plan.mappings.map(\.property))
    }
    let mappings = plan.mappings.filter { mapping in
      let changes = mapping.rule != .alwaysSalesforce && mapping.isUpdateable(object: number)
      return mapping.serves[number] && (changes || (creates && mapping.isCreateable(object: number)))
    }
    return Set(mappings.map(\.field) + [plan.hubspotIDField].compactMap { $0 })
  }

  private func table(
    of object: String, _ side: Side, _ fields: Set<String>, hasCreates: Bool, _ connection: borrowing Connection
  ) throws -> MirrorTable {
    let names = settings.tables?[object]
    let finder = MirrorTableFinder(schema: settings.schema)
    let wanted = names?.table ?? object
    guard let found = try finder.columns(of: wanted, connection) else {
      throw MirrorError(
        description: "load.postgres: there is no table \(settings.schema).\(wanted) that may be seen: "
          + "make it, or name the table of \(object) under load.postgres.tables")
    }
    let columns = Dictionary(found.columns.map { ($0.name, $0) }) { first, _ in first }
    func column(_ field: String) -> MirrorTable.Column? {
      if let declared = names?.columns[field] { return columns[declared] }
      return WarehouseColumns.candidates(for: field, of: side).lazy.compactMap { columns[$0] }.first
    }
    let id = side == .hubspot ? "hs_object_id" : "Id"
    var problems = fields.sorted().compactMap { field -> String? in
      guard let column = column(field) else { return missing(field, object, found.name, columns.keys.sorted()) }
      guard column.isGenerated else { return nil }
      return "load.postgres: \(found.name).\(column.name) is made by the server: \(field) cannot be written there"
    }
    guard let key = column(id) else {
      problems.append(missing(id, object, found.name, columns.keys.sorted()))
      throw MirrorError(description: problems.joined(separator: "\n"))
    }
    problems += try keyProblems(key, found.name, object, hasCreates: hasCreates, connection)
    guard problems.isEmpty else { throw MirrorError(description: problems.joined(separator: "\n")) }
    let pairs = fields.compactMap { field in column(field).map { (field, $0) } }
    return MirrorTable(name: found.name, key: key, fields: Dictionary(uniqueKeysWithValues: pairs))
  }

  private func missing(_ field: String, _ object: String, _ table: String, _ columns: [String]) -> String {
    let nearest = nearestName(to: field.lowercased(), among: columns).map { " (\($0) is near)" } ?? ""
    return "load.postgres: \(table) has no column for \(field)\(nearest): add it, "
      + "or name it under load.postgres.tables.\(object).columns"
  }

  private func keyProblems(
    _ key: MirrorTable.Column, _ table: String, _ object: String, hasCreates: Bool, _ connection: borrowing Connection
  ) throws -> [String] {
    let finder = MirrorTableFinder(schema: settings.schema)
    var problems: [String] = []
    if try !finder.isUnique(table, key.name, connection) {
      problems.append(
        "load.postgres: \(table).\(key.name) needs a unique index: a record's id must be in one row only")
    }
    if hasCreates, key.isNotNull, !key.fillsItself {
      problems.append(
        "load.postgres: \(table).\(key.name) may not be empty, but a record that is created has no id yet: "
          + "let it be NULL or have a default, or take the side of \(object) out of create_in")
    }
    return problems
  }
}
