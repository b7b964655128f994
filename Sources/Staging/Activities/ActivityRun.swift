/// What a manifest notes of a run of activities besides its chunks.
public struct ActivityRun: Codable, Sendable {
  /// "Now" of the run, ISO 8601: a run that goes on uses the same.
  public var clock: String
  /// What other runs had loaded when extract read the ledger; chunks that are loaded later must find it so.
  public var ledgerState = ""
  /// What extract found of each source, by name.
  public var sources: [String: SourceRun] = [:]
  /// What extract found of each file, in the order of the manifest's inputs.
  public var unusable: [Int] = []
  /// Whether the sources that are looked up have gone through normalize.
  public var hasLookups = false
  /// Whether rows were taken out of the ledger since (`load --refused`, `--forget`).
  public var hasGivenBack = false

  /// A run that has done nothing yet.
  public init(clock: String) { self.clock = clock }

  /// The rows of one source.
  public struct SourceRun: Codable, Sendable {
    /// All rows of its files, without their headers.
    public var read: Int
    /// Those that extract could not use.
    public var rejected: Int

    /// Rows read, and rows rejected.
    public init(read: Int, rejected: Int) {
      self.read = read
      self.rejected = rejected
    }
  }
}
