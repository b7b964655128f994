import CRM

/// Refuses what the pipeline file of activities can say but this version cannot do: PostgreSQL as a source.
func refusePostgres(_ pipeline: PipelineDefinition) throws(PipelineError) {
  let problems = Problems(file: pipeline.file)
  for source in pipeline.hubspotSources + pipeline.salesforceSources {
    guard case .postgres(_, _, _, let line) = source.rows else { continue }
    problems.add(
      line, "PostgreSQL as a source of \(source.object) is not supported yet in pipelines of activities",
      hint: "use csv")
  }
  try problems.throwIfAny()
}
