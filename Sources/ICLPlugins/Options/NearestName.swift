/// The known name that a typed one was probably meant to be; nil if none is near.
///
/// Near: at most max(2, a third of its letters) insertions, deletions, substitutions or swaps of
/// neighbours away (optimal string alignment), or one begins with the other.
public func nearestName(to typed: String, among names: [String]) -> String? {
  let limit = max(2, typed.utf8.count / 3)
  let ranked = names.map { (name: $0, distance: alignmentDistance(typed, $0)) }
  if let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }),
    best.distance <= limit, best.distance < max(typed.utf8.count, 2)
  {
    return best.name
  }
  guard typed.utf8.count >= 3 else { return nil }
  return names.sorted().first { $0.hasPrefix(typed) || typed.hasPrefix($0 + "-") }
}

/// "Did you mean x?" or the names there are.
func suggestion(for typed: String, among names: [String], things: String) -> String {
  if let nearest = nearestName(to: typed, among: names) { return "Did you mean '\(nearest)'?" }
  if names.isEmpty { return "There are no \(things)." }
  return "The \(things) are: \(Set(names).sorted().joined(separator: ", "))."
}

private func alignmentDistance(_ left: String, _ right: String) -> Int {
  let a = Array(left.utf8)
  let b = Array(right.utf8)
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
