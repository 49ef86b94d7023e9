import ICLGraph

extension GradientCase {
  package static let axes: [GradientCase] =
    softmaxes + cumulativeSums + recurrences + solves + decompositions

  private static let softmaxes: [GradientCase] = [
    GradientCase("softmax", [[3, 5]]) { try $0.softmax($1[0], axis: 1) },
    GradientCase("softmax along the first axis", [[3, 1]]) { try $0.softmax($1[0], axis: 0) },
    GradientCase("softmax of one score", [[1]]) { try $0.softmax($1[0], axis: 0) },
    GradientCase("masked softmax", [[3, 3]]) {
      let mask = try $0.constant([1, 0, 0, 1, 1, 0, 0, 0, 0], [3, 3])
      return try $0.softmax($1[0], mask: mask, axis: 1)
    },
    GradientCase("masked softmax in the middle", [[2, 3, 2]]) {
      let mask = try $0.constant([1, 0, 1], [3, 1])
      return try $0.softmax($1[0], mask: mask, axis: 1)
    },
  ]

  private static let cumulativeSums: [GradientCase] = [
    ([5], 0), ([3, 4], 0), ([2, 3, 1], 1), ([1], 0),
  ].flatMap { (shape: Shape, axis: Int) in
    [false, true].flatMap { exclusive in
      [false, true].map { reverse in
        let name =
          "cumulative sum" + (exclusive ? ", exclusive" : "") + (reverse ? ", reversed" : "")
        return GradientCase(name, [shape]) {
          try $0.unary(
            .square,
            $0.cumulativeSum($1[0], axis: axis, exclusive: exclusive, reverse: reverse))
        }
      }
    }
  }

  private static let recurrences: [GradientCase] = [[5], [1], [3, 2], [1, 3], [2]].flatMap {
    (shape: Shape) in
    [false, true].flatMap { reverse in
      [
        GradientCase("linear recurrence\(reverse ? ", reversed" : "")", [shape, shape]) {
          try $0.linearRecurrence($1[0], $1[1], reverse: reverse)
        },
        GradientCase(
          "linear recurrence from a state\(reverse ? ", reversed" : "")",
          [shape, shape, shape.removing([0])]
        ) {
          try $0.linearRecurrence($1[0], $1[1], initial: $1[2], reverse: reverse)
        },
      ]
    }
  }

  private static let solves: [GradientCase] = [
    ([3, 3], [3, 2]), ([1, 1], [1, 1]), ([2, 3, 3], [2, 3, 1]), ([5, 5], [5, 1]),
  ].map { (matrix: Shape, right: Shape) in
    GradientCase("solve", [matrix, right]) {
      // M M^T + 1 is symmetric positive definite for every M.
      let n = matrix.extents.last!
      let gram = try $0.einsum(matrix.rank == 3 ? "bij,bkj->bik" : "ij,kj->ik", $1[0], $1[0])
      let identity = (0..<n * n).map { $0 % (n + 1) == 0 ? 1.0 : 0.0 }
      let a = try $0.binary(.add, gram, $0.constant(identity, [n, n]))
      return try $0.solve(a, $1[1])
    }
  }

  private static let decompositions: [GradientCase] = [
    [1, 1], [3, 3], [5, 3], [2, 4, 4], [9, 6], [2, 11, 5],
  ].map { (shape: Shape) in
    let axis = shape.rank - 2
    let n = shape[axis + 1]
    func part(_ rows: Int) -> Shape { Shape(shape.extents.dropLast(2) + [rows, n]) }
    let matrix = part(n)
    let hasRows = shape[axis] > n
    return GradientCase("cholesky", hasRows ? [matrix, part(shape[axis] - n)] : [matrix]) {
      // M M^T + 1 is symmetric positive definite for every M.
      let gram = try $0.einsum(matrix.rank == 3 ? "bij,bkj->bik" : "ij,kj->ik", $1[0], $1[0])
      let identity = (0..<n * n).map { $0 % (n + 1) == 0 ? 1.0 : 0.0 }
      let a = try $0.binary(.add, gram, $0.constant(identity, [n, n]))
      return try $0.cholesky($0.concatenate([a] + (hasRows ? [$1[1]] : []), axis: axis))
    }
  }
}
