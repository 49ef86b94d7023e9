extension Product {
  /// Labels of `first` to labels of `second` under which both are the same factors; nil if there is
  /// no such map. Of the labels in `known` it is given.
  static func matching(
    _ first: [Factor], _ second: [Factor], _ known: [Int: Int]
  ) -> [Int: Int]? {
    guard first.count == second.count else { return nil }
    guard let factor = first.first else { return known }
    for (place, other) in second.enumerated()
    where other.node == factor.node && other.labels.count == factor.labels.count {
      guard let map = extended(known, factor.labels, other.labels) else { continue }
      var rest = second
      rest.remove(at: place)
      if let found = matching(Array(first.dropFirst()), rest, map) { return found }
    }
    return nil
  }

  /// One to one.
  private static func extended(_ known: [Int: Int], _ from: [Int], _ to: [Int]) -> [Int: Int]? {
    var map = known
    var taken = Set(known.values)
    for (label, other) in zip(from, to) {
      if let image = map[label] {
        if image != other { return nil }
      } else {
        guard taken.insert(other).inserted else { return nil }
        map[label] = other
      }
    }
    return map
  }
}
