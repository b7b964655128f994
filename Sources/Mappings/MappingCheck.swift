import CRM
import Extract
import Foundation
import PipelineFile
import Records

/// The state of one mapping: ok, warning or issue, with reasons (requirements M9).
public struct MappingState: Sendable {
  /// The row of the mapping file.
  public var row: MappingRow
  /// What the values are; nil if the mapping cannot be used.
  public var kind: Kind?
  /// What is to be said of it.
  public var findings: [MappingFinding]

  /// The worst of its findings.
  public var status: MappingStatus {
    if findings.contains(where: { $0.issue.status == .issue }) { return .issue }
    return findings.isEmpty ? .ok : .warning
  }
}

/// Something to say of a mapping, with the records that it is about.
public struct MappingFinding: Sendable {
  /// What is wrong.
  public var issue: MappingIssue
  /// How many records of the export it is about; nil if it is about none in particular.
  public var records: Int?
  /// The values that it is about.
  public var values: [ValueCount] = []
}

/// All that is to be said of the mappings of an object.
public struct MappingCheck: Sendable {
  /// The object with its mapping file.
  public var object: InspectedObject
  /// The mappings in the order of the file.
  public var states: [MappingState]
  /// Issues of the file as a whole, and what the pipeline file asks in vain.
  public var fileIssues: [String]
  /// Sides whose exports are not there, so that nothing was counted in them.
  public var uncounted: [Side]

  /// Whether a mapping has an issue: `resync mappings check` then ends with exit code 2, as `run` would.
  public var hasIssues: Bool { !fileIssues.isEmpty || states.contains { $0.status == .issue } }
  /// How many mappings have a status.
  public func count(_ status: MappingStatus) -> Int { states.count { $0.status == status } }

  /// Checks the mappings of an object. With `counts` all bytes of its exports are read.
  ///
  /// Throws a `PipelineError` if owners or users cannot be read, `SourceError` if an export cannot.
  public init(_ object: InspectedObject, of pipeline: InspectedPipeline, counts: Bool = true) throws {
    self.object = object
    let resolution = object.resolution
    fileIssues =
      resolution.issues.filter { $0.line == nil }.map { "\($0.code.title): \(object.definition.mappings) \($0.reason)" }
      + (pipeline.complaint(about: object)?.all.map(\.description) ?? [])
    let active = resolution.mappings.filter { $0.rule != .dontSync }
    let census = ExportCensus(pipeline: pipeline.definition, object: object, mappings: active)
    let counted = counts ? try census.take() : .init()
    uncounted = [counted.hubspot == nil ? .hubspot : nil, counted.salesforce == nil ? .salesforce : nil].compactMap {
      $0
    }
    let owners = counts ? try Self.owners(pipeline.definition) : nil
    var findings: [Int: [MappingFinding]] = [:]
    for (place, mapping) in active.enumerated() {
      let fit = MappingFit(
        mapping: mapping, objects: object.salesforceObjects.map(\.name), hubspot: counted.hubspot?[place],
        salesforce: counted.salesforce?[place], owners: owners)
      findings[mapping.line] = fit.findings()
    }
    states = object.document.rows.map { row in
      let said = resolution.issues.filter { $0.line == row.line }.map { MappingFinding(issue: $0) }
      return MappingState(
        row: row, kind: resolution.mappings.first { $0.line == row.line }?.kind,
        findings: said + (findings[row.line] ?? []))
    }
  }

  private static func owners(_ pipeline: PipelineDefinition) throws -> OwnerVocabulary? {
    guard let owners = pipeline.source(.hubspot, "owners"), let users = pipeline.source(.salesforce, "User"),
      let ownerFiles = try? owners.resolveFiles(pipeline: pipeline.file), !ownerFiles.isEmpty,
      let userFiles = try? users.resolveFiles(pipeline: pipeline.file), !userFiles.isEmpty
    else { return nil }
    return OwnerVocabulary(
      owners: try readOwners(owners, pipeline: pipeline.file), users: try readUsers(users, pipeline: pipeline.file))
  }
}
