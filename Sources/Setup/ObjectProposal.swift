import CRM
import Extract
import Mappings
import PipelineFile

/// A mapping that is proposed, and why.
struct ProposedMapping {
  var row: MappingRow
  /// Of a mapping that is no default: how sure it is, and what speaks for it.
  var reason: String?
}

/// An object of the pipeline that is proposed: its exports, and what they say.
struct ObjectProposal {
  let name: String
  let salesforce: [String]
  private(set) var mappings: [ProposedMapping] = []
  /// The Salesforce field with the HubSpot id, if all exports have one.
  private(set) var hubspotIDField: String?
  /// The link properties that the HubSpot export has, by Salesforce object; a default needs no key.
  private(set) var links: [(object: String, property: String, isDefault: Bool)] = []
  /// What a person should know.
  private(set) var notes: [String] = []
  /// By property: its column in the HubSpot export, where that is another.
  private(set) var columns: [String: String] = [:]
  /// The header has labels, which the metadata explain.
  private(set) var usesLabels = false

  private var hubspotColumns: Set<String> = []
  private var salesforceColumns: [Set<String>] = []
  private var hubspotSchema: HubSpotSchema?
  private var schemas: [SalesforceSchema?] = []

  static let defaultLinks = [
    "Account": "salesforceaccountid", "Contact": "salesforcecontactid", "Lead": "salesforceleadid",
    "Opportunity": "hs_salesforceopportunityid",
  ]
  private static let partners = [
    ("companies", ["Account"]), ("contacts", ["Contact", "Lead"]), ("deals", ["Opportunity"]),
  ]

  /// The objects of which a folder has both sides.
  static func all(in census: FolderCensus) throws(PipelineError) -> [ObjectProposal] {
    var found: [ObjectProposal] = []
    for (name, partners) in Self.partners {
      let there = partners.filter { !census.files(of: .export(.salesforce, $0)).used.isEmpty }
      guard !there.isEmpty, !census.files(of: .export(.hubspot, name)).used.isEmpty else { continue }
      found.append(try ObjectProposal(name, there, census))
    }
    return found
  }

  private init(_ name: String, _ salesforce: [String], _ census: FolderCensus) throws(PipelineError) {
    self.name = name
    self.salesforce = salesforce
    let files = census.files(of: .export(.hubspot, name)).used
    if let metadata = census.files(of: .metadata(.hubspot, name)).used.first {
      hubspotSchema = try readHubSpotProperties(metadata.path)
    }
    for object in salesforce {
      let metadata = census.files(of: .metadata(.salesforce, object)).used.first
      schemas.append(
        try metadata.map { (file) throws(PipelineError) in
          try readSalesforceDescribe(file.path, object: object)
        })
      salesforceColumns.append(Self.common(census.files(of: .export(.salesforce, object)).used))
    }
    readHubSpotColumns(files)
    findLinks()
    findHubSpotIDField()
    findMappings(hasPeople: !census.files(of: .owners).used.isEmpty && !census.files(of: .users).used.isEmpty)
  }

  /// The columns that all parts of an export have.
  private static func common(_ files: [FoundFile]) -> Set<String> {
    let sets = files.compactMap { $0.head.map { Set($0.columns) } }
    return sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
  }

  private mutating func readHubSpotColumns(_ files: [FoundFile]) {
    let header = Self.common(files)
    guard files.contains(where: \.hasLabels) else {
      hubspotColumns = header
      return
    }
    var names = KnownLabels.of(name)
    if let schema = hubspotSchema {
      names = Dictionary(schema.properties.map { ($0.name, $0.label) }) { first, _ in first }
      names["hs_object_id"] = names["hs_object_id"] ?? "Record ID"
      usesLabels = names["hs_object_id"] == "Record ID"
    } else {
      notes.append(
        "the HubSpot export of \(name) has labels instead of names, and there is no properties JSON that explains them: "
          + "only columns with HubSpot's own labels are used")
    }
    let there = names.filter { header.contains($0.value) }
    hubspotColumns = Set(there.keys)
    if !usesLabels { columns = there }
  }

  private mutating func findLinks() {
    for object in salesforce {
      let usual = Self.defaultLinks[object] ?? ""
      if hubspotColumns.contains(usual) {
        links.append((object, usual, true))
      } else if let other = hubspotColumns.sorted().first(where: { isLink($0, object) }) {
        links.append((object, other, false))
        notes.append("\(other) is taken for the property that holds the id of the \(object)")
      } else {
        notes.append(
          "the HubSpot export of \(name) lacks \(usual), the id of the \(object): export it too, or name under `link` the "
            + "property that holds it; until then the run refuses the file")
      }
    }
  }

  private func isLink(_ property: String, _ object: String) -> Bool {
    let plain = property.lowercased().filter { $0.isLetter }
    return plain.contains("salesforce") && plain.contains(object.lowercased()) && plain.hasSuffix("id")
  }

  private mutating func findHubSpotIDField() {
    let common = salesforceColumns.dropFirst().reduce(salesforceColumns.first ?? []) { $0.intersection($1) }
    hubspotIDField = common.sorted().first(where: Self.isNamedHubSpotID)
  }

  /// Whether a field is named as one that holds HubSpot ids: `HubSpot_Id__c`, `HubSpotID__c`, but not `HubSpot_Considered__c`.
  private static func isNamedHubSpotID(_ field: String) -> Bool {
    guard field.lowercased().contains("hubspot") else { return false }
    let name = field.hasSuffix("__c") ? field.dropLast(3) : field[...]
    let last = name.split(separator: "_").last ?? ""
    return ["id", "vid", "hubspotid"].contains(last.lowercased()) || last.hasSuffix("Id")
      || (last.hasSuffix("ID") && last.dropLast(2).last?.isLowercase == true)
  }

  // MARK: Mappings

  private mutating func findMappings(hasPeople: Bool) {
    var rows = DefaultMapping.of(name).map(\.row).filter { isThere($0) }
    if !hasPeople, rows.contains(where: { $0.field == "OwnerId" }) {
      rows.removeAll { $0.field == "OwnerId" }
      notes.append("owners of \(name) are not mapped: that needs owners.csv of HubSpot and User.csv of Salesforce")
    }
    mappings = usable(rows.map { ProposedMapping(row: $0, reason: nil) })
    mappings += usable(suggested(), after: mappings)
  }

  private func isThere(_ row: MappingRow) -> Bool {
    guard hubspotColumns.contains(row.property) else { return false }
    let served = salesforce.indices.filter { row.salesforceObject == nil || salesforce[$0] == row.salesforceObject }
    return !served.isEmpty && served.allSatisfy { salesforceColumns[$0].contains(row.field) }
  }

  private func suggested() -> [ProposedMapping] {
    let known = schemas.compactMap { $0 }
    guard let hubspotSchema, !known.isEmpty else { return [] }
    let taken = Set(Self.defaultLinks.values).union(links.map(\.property))
    let suggester = MappingSuggester(
      hubspot: hubspotSchema, salesforce: known, mapped: mappings.map(\.row), links: taken,
      hubspotIDField: hubspotIDField)
    return suggester.suggestions(atLeast: 80).compactMap { found in
      let row = MappingRow(
        property: found.property, field: found.field, rule: .preferSalesforce, origin: .custom,
        salesforceObject: found.salesforceObject)
      guard found.kind != .owner, isThere(row) else { return nil }
      return ProposedMapping(row: row, reason: "\(found.confidence)%: \(found.reason)")
    }
  }

  /// Without those that the metadata refuse: a mapping with an issue moves no data.
  private mutating func usable(
    _ proposed: [ProposedMapping], after settled: [ProposedMapping] = []
  ) -> [ProposedMapping] {
    let objects = zip(salesforce, schemas).map { SalesforceObject(name: $0, schema: $1) }
    let all = (settled + proposed).map(\.row)
    let resolution = MappingResolution(all, hubspot: hubspotSchema, objects: objects)
    let indices = Set(resolution.mappings.map(\.index))
    return proposed.enumerated().filter { number, mapping in
      if indices.contains(settled.count + number) { return true }
      if mapping.reason == nil {
        notes.append(
          "\(mapping.row.property) ↔ \(mapping.row.field) of \(name) is left out: the metadata say that they do not fit"
        )
      }
      return false
    }.map(\.element)
  }

  /// Whether both exports have a pair of columns.
  func has(_ property: String, _ field: String) -> Bool {
    hubspotColumns.contains(property) && salesforceColumns.allSatisfy { $0.contains(field) }
  }
}
