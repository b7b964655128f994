import Records

/// HubSpot's limit of mappings per object (spec, requirements M8).
public let mappingLimit = 500

/// The mappings of an object, and what is to be said of them.
public struct MappingResolution: Sendable {
  /// The mappings that can be used, in the order of the mapping file; those that are never synced too.
  public var mappings: [FieldMapping] = []
  /// Warnings, and the issues of those that cannot be used.
  public var issues: [MappingIssue] = []

  /// The issues alone.
  public var faults: [MappingIssue] { issues.filter { $0.status == .issue } }
  /// The warnings alone.
  public var warnings: [MappingIssue] { issues.filter { $0.status == .warning } }

  /// Joins the rows of a mapping file with the metadata of both sides (spec, semantics 1).
  ///
  /// `objects` are the pipeline's Salesforce objects in their order; nil metadata are not known.
  public init(_ rows: [MappingRow], hubspot: HubSpotSchema?, objects: [SalesforceObject]) {
    if rows.count > mappingLimit {
      issues.append(
        MappingIssue(
          fileIssue: .tooMany, "has \(rows.count) mappings: at most \(mappingLimit) are possible for an object"))
    }
    var seen = SeenNames(objects: objects.count)
    for (index, row) in rows.enumerated() {
      var resolver = RowResolver(row: row, index: index, hubspot: hubspot, objects: objects)
      let mapping = resolver.resolve()
      issues += resolver.issues
      guard let mapping else { continue }
      if let clash = seen.note(mapping, objects) {
        issues.append(MappingIssue(.issue, .alreadyMapped, row, clash))
      } else {
        mappings.append(mapping)
      }
    }
  }
}

/// Which names each Salesforce object is served by already: one property may serve Contact and Lead, but no
/// object twice.
private struct SeenNames {
  private var properties: [[String: Int]]
  private var fields: [[String: Int]]

  init(objects: Int) {
    properties = Array(repeating: [:], count: objects)
    fields = Array(repeating: [:], count: objects)
  }

  /// Remembers the names of a mapping; gives the reason if an object has one of them already.
  mutating func note(_ mapping: FieldMapping, _ objects: [SalesforceObject]) -> String? {
    for (number, object) in objects.enumerated() where mapping.serves[number] {
      if let line = properties[number][mapping.property] {
        return "\(mapping.property) is mapped to \(object.name) twice (also in line \(line))"
      }
      if let line = fields[number][mapping.field] {
        return "\(object.name).\(mapping.field) is mapped twice (also in line \(line))"
      }
    }
    for number in objects.indices where mapping.serves[number] {
      properties[number][mapping.property] = mapping.line
      fields[number][mapping.field] = mapping.line
    }
    return nil
  }
}
