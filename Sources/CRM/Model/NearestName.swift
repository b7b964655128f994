/// The name that is most like a wrong one, for error messages: fewest edits, case aside; of equals the first.
/// Nil only if there is no name to choose from.
public func nearestName(to wrong: String, among names: some Sequence<String>) -> String? {
  let target = Array(wrong.lowercased().prefix(200))
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(target, Array(name.lowercased().prefix(200)))
    if distance < best?.distance ?? Int.max { best = (name, distance) }
  }
  return best?.name
}

/// The question that goes with a complaint about a wrong name: "did you mean Website?". Nil only without names.
public func didYouMean(_ wrong: String, among names: some Sequence<String>) -> String? {
  nearestName(to: wrong, among: names).map { "did you mean \($0)?" }
}

/// A complaint about a wrong name, with that question behind it: "HubSpot has no property nmae; did you mean name?".
public func complaint(_ message: String, about wrong: String, among names: some Sequence<String>) -> String {
  didYouMean(wrong, among: names).map { "\(message); \($0)" } ?? message
}

/// How many characters must be put in, taken out, replaced, or swapped with their neighbour.
public func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  guard !a.isEmpty else { return b.count }
  var before: [Int] = []
  var last = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for (j, right) in b.enumerated() {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left == right ? 0 : 1))
      if i > 0, j > 0, left == b[j - 1], a[i - 1] == right { cost = min(cost, before[j - 1] + 1) }
      row.append(cost)
    }
    before = last
    last = row
  }
  return last[b.count]
}
