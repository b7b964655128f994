/// What a manifest notes of a run of activities besides its chunks.
public struct ActivityRun: Codable, Sendable {
  /// The object under which a manifest notes the chunks of such a run: they go over all sources.
  public static let object = "activities"

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
    /// The part under which its rows are staged; nil for sources of which only ids are kept.
    public var side: String?
    /// Whether it is staged whole, to be looked up, and not in chunks.
    public var isWhole: Bool?

    /// Rows read, and rows rejected; how they are staged, if they are.
    public init(read: Int, rejected: Int, side: String? = nil, isWhole: Bool? = nil) {
      self.read = read
      self.rejected = rejected
      self.side = side
      self.isWhole = isWhole
    }
  }
}
