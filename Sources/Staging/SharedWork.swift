/// Which chunks of a run other processes may take through the stages.
public struct SharedWork: Sendable, Equatable {
  /// The run.
  public var run: String
  /// The object whose chunks are open.
  public var object: String
  /// A name that no other attempt has: what was done for another one does not count.
  public var attempt: String
  /// The last stage that is to be done.
  public var last: Stage

  /// An offer of work.
  public init(run: String, object: String, attempt: String, last: Stage) {
    self.run = run
    self.object = object
    self.attempt = attempt
    self.last = last
  }
}

/// A chunk that one process has for itself; it is free again when this is released, or the process is gone.
public protocol ChunkClaim: AnyObject {
  /// Gives the chunk back.
  func release()
}

/// A staging area in which several processes, on several machines, can work on one run.
///
/// One of them holds the pipeline's lock and leads: it extracts, offers the chunks, and loads. The others take chunks.
public protocol SharedArea: StagingArea {
  /// Offers chunks to others, in place of what was offered before.
  func offer(_ work: SharedWork) throws
  /// Takes the offer back.
  func withdraw(run: String) throws
  /// What is offered now; nil if nothing is. `run` nil means any run.
  func offered(run: String?) throws -> SharedWork?
  /// Takes a chunk; nil if another process has it.
  func claim(_ work: SharedWork, chunk: Int) throws -> (any ChunkClaim)?
  /// Hands in what was done with a chunk, once all its tables are there.
  func contribute(_ notes: [RunManifest.ChunkRun], chunk: Int, to work: SharedWork) throws
  /// What was handed in for an offer.
  func contributions(to work: SharedWork) throws -> [RunManifest.ChunkRun]
}
