import ICLGraph

extension ValueCase {
  private static func reduce(
    _ reduction: Reduction, _ axes: [Int], _ shape: Shape, _ expected: [Double],
    keepAxes: Bool = false
  ) -> ValueCase {
    ValueCase("\(reduction) over \(axes)\(keepAxes ? ", kept" : "")", shape, expected) {
      try $0.reduce(
        reduction, $0.constant([1, 5, 3, 4, 2, 6], [2, 3]), axes: axes, keepAxes: keepAxes)
    }
  }

  private static func einsum(
    _ text: String, _ shape: Shape, _ expected: [Double], _ left: ([Double], Shape),
    _ right: ([Double], Shape)? = nil
  ) -> ValueCase {
    ValueCase("einsum \(text)", shape, expected) {
      let a = try $0.constant(left.0, left.1)
      guard let right else { return try $0.einsum(text, a) }
      return try $0.einsum(text, a, $0.constant(right.0, right.1))
    }
  }

  static let sums: [ValueCase] = [
    einsum(
      "ij,jk->ik", [2, 2], [4, 5, 10, 11], ([1, 2, 3, 4], [2, 2]), ([2, 1, 1, 2], [2, 2])),
    einsum(
      "ij,jk->ki", [2, 2], [4, 10, 5, 11], ([1, 2, 3, 4], [2, 2]), ([2, 1, 1, 2], [2, 2])),
    einsum("i,j->ij", [2, 3], [3, 4, 5, 6, 8, 10], ([1, 2], [2]), ([3, 4, 5], [3])),
    einsum("i,i->", [], [11], ([1, 2], [2]), ([3, 4], [2])),
    einsum("i,j->i", [2], [7, 14], ([1, 2], [2]), ([3, 4], [2])),
    einsum(",->", [], [6], ([2], []), ([3], [])),
    einsum("bi,bi->b", [2], [5, 39], ([1, 2, 3, 5], [2, 2]), ([1, 2, 3, 6], [2, 2])),
    einsum("ij->ji", [3, 2], [1, 4, 2, 5, 3, 6], ([1, 2, 3, 4, 5, 6], [2, 3])),
    einsum("ij->j", [3], [5, 7, 9], ([1, 2, 3, 4, 5, 6], [2, 3])),
    reduce(.sum, [0], [3], [5, 7, 9]),
    reduce(.sum, [0, 1], [], [21]),
    reduce(.sum, [1], [2, 1], [9, 12], keepAxes: true),
    reduce(.mean, [1], [2], [3, 4]),
    reduce(.mean, [0], [3], [2.5, 3.5, 4.5]),
    reduce(.max, [1], [2], [5, 6]),
    reduce(.max, [0], [1, 3], [4, 5, 6], keepAxes: true),
    reduce(.sum, [], [2, 3], [1, 5, 3, 4, 2, 6]),
    ValueCase("firstMaximum", [2, 3], [0, 1, 0, 1, 0, 0]) {
      let a = try $0.constant([1, 5, 5, 2, 2, 2], [2, 3])
      return $0.append(.firstMaximum(axes: [1]), [a], shape: [2, 3])
    },
  ]
}
