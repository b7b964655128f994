import Foundation

/// SplitMix64: the same numbers for the same seed, on every machine.
public struct SeededRandom: RandomNumberGenerator {
  /// What a test prints, so that its run can be had again.
  public let seed: UInt64
  private var state: UInt64

  /// The numbers of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// The numbers of RESYNC_TEST_SEED, or of a new seed; it is printed either way.
  public static func announced(_ purpose: String) -> SeededRandom {
    let given = ProcessInfo.processInfo.environment["RESYNC_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0..<1_000_000_000)
    print("\(purpose): RESYNC_TEST_SEED=\(seed)")
    return SeededRandom(seed: seed)
  }

  /// The next number of the seed's sequence, 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
