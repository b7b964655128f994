/// What a verification has found to be wrong, in the order in which it was found.
final class Damages {
  private(set) var list: [String] = []
  /// How many checks were made: files compared, tables counted, sums done.
  private(set) var checks = 0

  /// Notes a check, and what it found, if that is damage.
  func check(_ damage: String?) {
    checks += 1
    if let damage { list.append(damage) }
  }

  /// Notes that two numbers must agree.
  func expect(_ found: Int, _ wanted: Int, _ what: String, _ source: String) {
    check(found == wanted ? nil : "\(what): \(found), but \(source) says \(wanted)")
  }

  /// Runs a check that may fail to read what it needs, which is damage too.
  func attempt(_ what: String, _ body: () throws -> Void) {
    do {
      try body()
    } catch {
      check("\(what) cannot be read: \(error)")
    }
  }
}
