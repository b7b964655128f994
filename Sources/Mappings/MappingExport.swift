import CRM
import PipelineFile

/// The mappings of an object as CSV, in the columns and notation of a mapping file (requirements M12).
public func exportedMappings(_ document: MappingDocument) -> String {
  let rows = document.rows.map { row in mappingColumns.map { encodedCell(row.cells[$0] ?? "") }.joined(separator: ",") }
  return ([mappingColumns.joined(separator: ",")] + rows).map { $0 + "\n" }.joined()
}
