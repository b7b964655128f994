/// Numbers that are counted up, by their places, from 0.
///
/// Plain memory: an array would ask for every cell whether it is the only one that holds it.
struct Tallies: ~Copyable {
  private let numbers: UnsafeMutableBufferPointer<Int>

  init(_ count: Int) {
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: 0)
  }

  deinit { numbers.deallocate() }

  subscript(place: Int) -> Int { numbers[place] }

  /// Adds to the number of a place. There must be such a place.
  mutating func add(_ amount: Int = 1, at place: Int) {
    precondition(place >= 0 && place < numbers.count, "no such place")
    // By `pointee`: the subscript stops the compiler (6.3.1) where it builds for the thread sanitizer.
    (numbers.baseAddress.unsafelyUnwrapped + place).pointee += amount
  }
}
