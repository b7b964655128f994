/// Places that threads fill, each its own.
final class Slots<Element>: @unchecked Sendable {
  private let places: UnsafeMutablePointer<Element?>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    places = .allocate(capacity: max(1, count))
    places.initialize(repeating: nil, count: count)
  }

  deinit {
    places.deinitialize(count: count)
    places.deallocate()
  }

  subscript(place: Int) -> Element? {
    get { places[place] }
    set { places[place] = newValue }
  }

  /// All that were filled, in their order.
  func all() -> [Element] { (0..<count).compactMap { places[$0] } }
}
