import CRM

/// Refuses what the pipeline file can say but this version cannot do: PostgreSQL as a source of people.
func refusePostgres(_ pipeline: PipelineDefinition) throws(PipelineError) {
  let problems = Problems(file: pipeline.file)
  func refuse(_ what: String, _ line: Int, _ instead: String) {
    problems.add(line, "PostgreSQL as \(what) is not supported yet", hint: "use \(instead)")
  }
  for source in pipeline.hubspotSources + pipeline.salesforceSources where ["owners", "User"].contains(source.object) {
    if case .postgres(_, _, _, let line) = source.rows { refuse("a source of \(source.object)", line, "csv") }
  }
  try problems.throwIfAny()
}
