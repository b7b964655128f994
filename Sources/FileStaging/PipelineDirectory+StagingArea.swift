import Staging

extension PipelineDirectory: StagingArea {
  /// The baseline under the pipeline's folder.
  public var baseline: any BaselineStore { FileBaseline(pipeline: self) }
  /// The tables under the run's folder.
  public func store(of run: String) -> any StagingStore { FileStore(directory: runDirectory(run)) }
  /// The run's own folder.
  public func folder(of run: String) -> String { runDirectory(run) }
}
