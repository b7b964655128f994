import CRM
import Mappings
import PipelineFile

/// Options that HubSpot's properties lack, by the metadata alone: no export is read for them.
struct MissingOptions {
  private var rows: [String: [[String]]] = [:]

  /// The missing options of a pipeline's objects.
  ///
  /// - Throws: `PipelineError` if the pipeline or its metadata cannot be read.
  init(pipeline file: String) throws {
    let pipeline = try inspectPipeline(file)
    for object in pipeline.objects where object.definition.enabled {
      let found = try PicklistRefresh.find(object, of: pipeline, property: nil, counts: false)
      rows[object.definition.name] = found.flatMap { refresh in
        refresh.additions.map { addition in
          [refresh.mapping.property, refresh.mapping.field, addition.option.value, addition.option.label]
        }
      }
    }
  }

  /// Property, field, value and label of each, of one object.
  subscript(_ object: String) -> [[String]] { rows[object] ?? [] }
}
