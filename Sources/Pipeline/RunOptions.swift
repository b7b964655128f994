import Staging

/// What the command line says about a run (spec, interface "Command line").
public struct RunOptions: Sendable {
  /// The run's name; nil: go on with the one that is not finished, or begin a new one.
  public var run: String?
  /// The first stage that is done anew; nil: nothing that is done is done again.
  public var from: Stage?
  /// The last stage that is done; nil: load.
  public var to: Stage?
  /// The chunks that are worked on; nil: all.
  public var chunks: ChunkSelection?
  /// The one object that is worked on; nil: all.
  public var object: String?
  /// How many threads work at once.
  public var workers: Int
  /// Whether the run ends before load, and shows what that would do.
  public var dryRun: Bool
  /// Properties or fields that `max_clears` does not guard in this run.
  public var allowClears: Set<String>
  /// Whether creates that would be held back are made, and any number of them (semantics 3.6 and 7).
  public var createAnyway: Bool
  /// Whether creates that no export has shown yet are made again (semantics 4).
  public var retryCreates: Bool

  /// A run of everything with as many workers as the machine has cores.
  public init(
    run: String? = nil, from: Stage? = nil, to: Stage? = nil, chunks: ChunkSelection? = nil, object: String? = nil,
    workers: Int, dryRun: Bool = false, allowClears: Set<String> = [], createAnyway: Bool = false,
    retryCreates: Bool = false
  ) {
    self.run = run
    self.from = from
    self.to = to
    self.chunks = chunks
    self.object = object
    self.workers = workers
    self.dryRun = dryRun
    self.allowClears = allowClears
    self.createAnyway = createAnyway
    self.retryCreates = retryCreates
  }
}

extension RunOptions {
  /// Whether it is all of a run: a part, or a dry run, is nobody's to share.
  var isWhole: Bool { from == nil && to == nil && chunks == nil && object == nil && !dryRun }

  /// The flags that decide which creates are made.
  var resolveFlags: RunManifest.ResolveFlags { .init(createAnyway: createAnyway, retryCreates: retryCreates) }
}

/// A list of chunks, written like `0-3,7`.
public struct ChunkSelection: Sendable, Equatable {
  private let ranges: [ClosedRange<Int>]

  /// Reads a list; nil if it is none.
  public init?(_ text: String) {
    var ranges: [ClosedRange<Int>] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = item.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends[0], let last = ends.count == 1 ? first : ends[1], ends.count <= 2, first >= 0,
        last >= first
      else { return nil }
      ranges.append(first...last)
    }
    guard !ranges.isEmpty else { return nil }
    self.ranges = ranges
  }

  /// Whether a chunk is in the list.
  public func contains(_ chunk: Int) -> Bool { ranges.contains { $0.contains(chunk) } }

  /// The first of a range that begins behind all chunks of a run with so many; nil if each range has a chunk.
  func unknown(among count: Int) -> Int? { ranges.map(\.lowerBound).first { $0 >= count } }
}
