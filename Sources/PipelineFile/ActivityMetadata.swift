import Activities
import CRM

extension ActivityDefinition {
  /// The metadata files that the pipeline names.
  public var metadataFiles: [String] {
    let exports = base.hubspotSources.filter { ActivityKind(name: $0.object) != nil }
    return exports.compactMap(\.metadata) + [describe].compactMap { $0 }
  }
}

/// Checks a pipeline of activities against the metadata that it names (activities-pipelines 5, "Values").
///
/// Throws a `PipelineError` for a task type, status or priority that Salesforce has not. What it returns are warnings: fields
/// that must be made before the load files are sent.
public func checkActivityMetadata(_ definition: ActivityDefinition) throws(PipelineError) -> [String] {
  definition.plan.isImport ? try checkProperties(definition) : try checkDescribe(definition)
}

/// The HubSpot property that holds the Salesforce id must be on every kind that is imported.
private func checkProperties(_ definition: ActivityDefinition) throws(PipelineError) -> [String] {
  let property = definition.plan.activityIDProperty
  var warnings: [String] = []
  for kind in ActivityKind.allCases where definition.plan.kinds.contains(kind) {
    guard let path = definition.base.source(.hubspot, kind.name)?.metadata else { continue }
    guard try readHubSpotProperties(path)[property] == nil else { continue }
    warnings.append(
      "\(path): HubSpot's \(kind.name) have no property \(property), without which their load file is refused: "
        + "make it there, single-line text with unique values")
  }
  return warnings
}

private func checkDescribe(_ definition: ActivityDefinition) throws(PipelineError) -> [String] {
  guard let path = definition.describe else { return [] }
  let schema = try readSalesforceDescribe(path, object: "Task")
  let problems = Problems(file: path)
  for (field, values) in writtenValues(definition.plan) {
    guard let picklist = schema[field] else { continue }
    let known = picklist.picklistValues.filter(\.active).map(\.value)
    let unknown = values.filter { !known.contains($0) }
    guard !unknown.isEmpty else { continue }
    problems.add(
      nil, "Salesforce's Task.\(field) has no active value \(unknown.joined(separator: ", "))",
      hint: "it has \(known.joined(separator: ", "))")
  }
  try problems.throwIfAny()
  let name = definition.plan.externalIDField
  guard schema[name] == nil else { return [] }
  return [
    "\(path): Salesforce's Task has no field \(name), without which the load file is refused: "
      + "make it on the Activity object, Text(255), External ID, unique"
  ]
}

/// What the enabled kinds can write into each picklist, each value once.
private func writtenValues(_ plan: ActivityPlan) -> [(field: String, values: [String])] {
  let enabled = plan.syncKinds.filter(\.isEnabled)
  guard !enabled.isEmpty else { return [] }
  let status = { plan.statuses.salesforce(named: $0) }
  var statuses = [status("COMPLETED")]
  var priorities = ["Normal"]
  for settings in enabled {
    switch settings.kind {
    case .meetings: statuses.append(status("NOT_STARTED"))
    case .tasks:
      statuses += StatusTable.hubspotNames.map(status)
      priorities += ["High", "Low"]
    default: break
    }
  }
  return [
    ("Type", once(enabled.map(\.taskType).filter { !$0.isEmpty })), ("Status", once(statuses)),
    ("Priority", once(priorities)),
  ]
}

private func once(_ values: [String]) -> [String] {
  values.reduce(into: []) { list, value in if !list.contains(value) { list.append(value) } }
}
