import Foundation

/// Waits until something is so, ten seconds at most.
///
/// - Throws: `HelperError` if it does not come.
public func wait(until what: @autoclosure () -> String, _ isSo: () throws -> Bool) throws {
  let end = ContinuousClock.now + .seconds(10)
  while try !isSo() {
    guard ContinuousClock.now < end else { throw HelperError("it does not come: \(what())") }
    usleep(500)
  }
}
