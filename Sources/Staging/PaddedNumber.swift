extension Int {
  /// The number in so many digits at least, with zeros before it: names sort as numbers do. A chunk has four (interface, "What a
  /// run leaves behind").
  public func padded(to digits: Int = 4) -> String {
    let text = String(self)
    return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
  }
}
