import CRM
import Extract
import Foundation
import PipelineFile

/// The text of a pipeline file: what was found, as keys, and what nobody can find out, as comments.
struct PipelineText {
  let name: String
  let census: FolderCensus
  let objects: [ObjectProposal]
  /// The variable of the environment that holds the url of the database.
  let urlVariable: String

  var yaml: String {
    ([head, sources, "objects:"] + objects.map(object) + [tail]).joined(separator: "\n") + "\n"
  }

  private var head: String {
    """
    # Written by resync init from the files of this folder. Paths are relative to this file.
    #
    #   resync mappings check pipeline.yaml      which mappings fit, and which values do not
    #   resync run pipeline.yaml --dry-run       what would change; nothing is loaded
    #   resync run pipeline.yaml                 writes the load files

    name: \(Self.scalar(name))
    timezone: UTC                   # decides which day an instant is, where one side has a date and the other a time
    staging:
      csv: .resync                  # what the stages leave; the baseline in it is needed the next night

    """
  }

  /// A name as YAML: in quotes where it would be read as something else than text, as a folder `null` or `2026` would.
  private static func scalar(_ name: String) -> String {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    let isPlain = name.first?.isLetter == true && !words.contains(name.lowercased())
    return isPlain ? name : "\"\(name)\""
  }

  private var tail: String {
    """

    # The Salesforce user as whom the load files are sent: owns what nobody else can, and its edits are no edits.
    # integration_user: "005..."

    chunk_size: 200000              # HubSpot takes no more records at once

    # Brakes: a run that trips one stops before load (exit 3). These are the defaults.
    # max_rejects: 1%
    # max_shrink: 20%
    # max_clears: 5%
    # max_creates: 5%               # a first night creates nothing unless this is set here

    load:
      files: out
    """
  }

  // MARK: Sources

  private var sources: String {
    var lines = ["sources:"]
    for side in [Side.hubspot, .salesforce] {
      lines.append("  \(side.name):")
      for object in objects {
        for name in side == .hubspot ? [object.name] : object.salesforce { lines += source(side, name, object) }
      }
      let people = census.files(of: side == .hubspot ? .owners : .users).used
      if !people.isEmpty {
        lines.append("    \(side == .hubspot ? "owners" : "User"):")
        lines += files("csv", people) + dialect(people)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func source(_ side: Side, _ name: String, _ object: ObjectProposal) -> [String] {
    let exports = census.files(of: .export(side, name)).used
    var lines = ["    \(name):"] + files("csv", exports) + dialect(exports)
    if let metadata = census.files(of: .metadata(side, name)).used.first {
      lines.append("      \(side == .hubspot ? "properties" : "describe"): \(Self.quoted(metadata.name))")
    } else {
      let what = side == .hubspot ? "properties: what HubSpot's properties API" : "describe: what Salesforce's describe"
      lines.append("      # \(what) returns, saved as JSON; without it values are text")
    }
    lines += files("history", census.files(of: .history(side, name)).used)
    if side == .hubspot {
      if object.usesLabels { lines.append("      labels: true                  # the header has labels") }
      if !object.columns.isEmpty {
        lines.append("      columns:")
        lines += object.columns.sorted { $0.key < $1.key }.map { "        \($0.key): \(Self.quoted($0.value))" }
      }
    }
    return lines + dates(exports)
  }

  private func files(_ key: String, _ files: [FoundFile]) -> [String] {
    guard let first = files.first else { return [] }
    if let query = first.query {
      let note =
        query.contains("false AS archived") ? ["      # the table does not say who is archived: all are there"] : []
      return note + ["      postgres: {url: \"${\(urlVariable)}\", query: \(Self.quoted(query))}"]
    }
    if let table = first.table {
      return ["      postgres: {url: \"${\(urlVariable)}\", table: \(Self.quoted(table))}"]
    }
    if files.count == 1 { return ["      \(key): \(Self.quoted(first.name))"] }
    return ["      \(key): [\(files.map { Self.quoted($0.name) }.joined(separator: ", "))]"]
  }

  private func dialect(_ files: [FoundFile]) -> [String] {
    guard let first = files.first, first.table == nil else { return [] }
    let dialect = first.dialect
    var lines: [String] = []
    if let encoding = dialect.encoding { lines.append("      encoding: \(encoding)") }
    if dialect.delimiter != 44 { lines.append("      delimiter: \"\(Self.delimiterName(dialect.delimiter))\"") }
    return lines
  }

  private func dates(_ files: [FoundFile]) -> [String] {
    switch DayOrder(files.compactMap(\.head).flatMap(\.rows).joined()) {
    case .none: return []
    case .known(let order):
      return [
        "      date_order: \(order.rawValue)               # \(order == .dmy ? "day" : "month") first, as its days show"
      ]
    case .unclear(let example):
      return [
        "      # date_order: dmy             # or mdy: days like \(example) do not tell; without it they are issues"
      ]
    }
  }

  static func delimiterName(_ byte: UInt8) -> String {
    byte == 9 ? "tab" : String(UnicodeScalar(byte))
  }

  // MARK: Objects

  private func object(_ object: ObjectProposal) -> String {
    var lines = [
      "  \(object.name):", "    salesforce: [\(object.salesforce.joined(separator: ", "))]",
      "    mappings: mappings/\(object.name).csv",
    ]
    if object.links.contains(where: { !$0.isDefault }) {
      let links = object.links.map { "\($0.object): \(Self.quoted($0.property))" }
      lines.append("    link: {\(links.joined(separator: ", "))}   # the property with the Salesforce id")
    }
    lines += keys(object)
    lines.append(
      "    first_run: newer_record       # who wins where no baseline tells: newer_record, salesforce, hubspot")
    lines += creates(object)
    return lines.joined(separator: "\n") + "\n"
  }

  private func keys(_ object: ObjectProposal) -> [String] {
    if object.name == "companies", object.has("domain", "Website") {
      return [
        "    # Records without a link are matched by the host of their web address.",
        "    keys: [{hubspot: domain, salesforce: Website, compare: domain}]",
      ]
    }
    if object.name == "contacts", object.has("email", "Email") {
      return [
        "    # Records without a link are matched by email; of several with one email the last modified make the pair.",
        "    keys: [{hubspot: email, salesforce: Email, compare: ignore_case, on_duplicate: newest}]",
      ]
    }
    return [
      "    # Records without a link have no match key: keys: [{hubspot: PROPERTY, salesforce: FIELD, compare: exact}]"
    ]
      + (object.name == "contacts" ? ["    keys: []"] : [])
  }

  private func creates(_ object: ObjectProposal) -> [String] {
    guard let field = object.hubspotIDField else {
      return [
        "    # Creating records in Salesforce needs a field for the HubSpot id: hubspot_id_field: HubSpot_Id__c",
        "    # create_in: [hubspot]        # what has no partner is created there",
      ]
    }
    return [
      "    hubspot_id_field: \(field)    # the Salesforce field with the HubSpot id",
      "    # create_in: [hubspot, salesforce]   # what has no partner is created there",
    ]
      + (object.salesforce.count > 1
        ? ["    # create_as: \(object.salesforce[0])          # what is made of a HubSpot contact"] : [])
  }

  /// A text as YAML takes it: quoted where it has to be.
  static func quoted(_ text: String) -> String {
    let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0)) }
    let isWord =
      plain && text.contains { $0.isLetter } && !["true", "false", "yes", "no", "null", "on", "off"].contains(text)
    if isWord { return text }
    return "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }
}

/// The text of a mapping file.
struct MappingText {
  private let object: ObjectProposal

  init(_ object: ObjectProposal) { self.object = object }

  var csv: String {
    var lines = [
      "# Mappings of \(object.name) with \(object.salesforce.joined(separator: " and ")), proposed by resync init.",
      "# Rules: prefer_salesforce, always_salesforce, two_way, dont_sync. Then: resync mappings check",
      "hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map,on_too_long",
    ]
    lines += object.mappings.filter { $0.reason == nil }.map { line($0.row) }
    let custom = object.mappings.filter { $0.reason != nil }
    if !custom.isEmpty {
      lines.append("# Proposed from names, labels and types: look at each, and delete what is wrong.")
    }
    for mapping in custom {
      lines += ["# \(mapping.reason ?? "")", line(mapping.row)]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ row: MappingRow) -> String {
    [
      row.property, row.field, row.rule.rawValue, row.origin.rawValue, row.salesforceObject ?? "",
      row.comparison?.rawValue ?? "", "", row.truncate ? "truncate" : "",
    ].joined(separator: ",")
  }
}
