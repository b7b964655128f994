import CRM
import Extract
import Normalize
import PipelineFile
import Staging

/// A pipeline, ready to run: what its file, its mappings and its metadata say, as the stages need it.
public struct RunPlan: Sendable {
  /// What the pipeline file itself says.
  public let definition: PipelineDefinition
  /// The objects that are switched on, in the order in which they load.
  public let objects: [ObjectPlan]
  let sources: [String: [SourceFile]]
  /// The field histories of each object, of both sides.
  let histories: [String: [SourceFile]]
  let formats: [String: SourceFormats]
  /// What a person should know before the run.
  public let warnings: [String]
  let pipelineDigest: String
  let mappingsDigest: String
  let metadataDigest: String
  let loadDirectory: String
  /// Every file whose change makes another run of it.
  let inputFiles: [String]

  /// A digest of names, sizes and modification times of all inputs.
  func inputsDigest() throws -> String { try Digests.ofState(inputFiles) }
}

extension SourceFormats {
  /// UTC everywhere, and no slashes in dates.
  static let utc = SourceFormats(hubspot: .init(), salesforce: [.init()])
}
