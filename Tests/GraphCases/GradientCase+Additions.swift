import ICLGraph

extension GradientCase {
  /// Contractions that are added to something: large enough for the kernel to do both at once, and
  /// with terms that it reads itself, that are laid out otherwise, or that are contractions as well.
  package static let additions: [GradientCase] = [
    GradientCase("a contraction added to a term", [[5, 4], [5, 3], [3, 4]]) {
      try $0.binary(.add, $1[0], $0.einsum("ij,jk->ik", $1[1], $1[2]))
    },
    GradientCase("a contraction added to its own operand", [[5, 5], [5, 4]]) {
      try $0.binary(.add, $0.einsum("ij,jk->ik", $1[0], $1[1]), $1[1])
    },
    GradientCase("a sum of three contractions", [[7, 3], [3, 6], [7, 6], [6, 6]]) {
      let first = try $0.einsum("ij,jk->ik", $1[0], $1[1])
      let second = try $0.einsum("ik,kl->il", $1[2], $1[3])
      let third = try $0.einsum("ik,lk->il", $1[2], $1[3])
      return try $0.binary(.add, $0.binary(.add, first, second), third)
    },
    GradientCase("a contraction added to rows of a larger array", [[9, 4], [4, 3], [3, 4]]) {
      let rows = try $0.slice(
        $1[0], start: [0, 0], stop: [8, 4], stride: [2, 1])
      return try $0.binary(.add, rows, $0.einsum("ij,jk->ik", $1[1], $1[2]))
    },
    GradientCase("a contraction added to a turned array", [[4, 5], [5, 3], [3, 4]]) {
      let turned = try $0.transpose($1[0], [1, 0])
      return try $0.binary(.add, turned, $0.einsum("ij,jk->ik", $1[1], $1[2]))
    },
    GradientCase("contractions added in a scan", [[4, 5], [3, 4, 4], [4, 5]]) {
      let results = try $0.scan(initial: [$1[0]], sequences: [$1[1]], shared: [$1[2]]) {
        (graph, carries, slices, shared) throws(GraphError) in
        let moved = try graph.binary(
          .add, carries[0], try graph.einsum("ij,jk->ik", slices[0], carries[0]))
        let next = try graph.binary(
          .add, shared[0], try graph.einsum("ij,jk->ik", slices[0], moved))
        return ([next], [moved])
      }
      return try $0.binary(.add, results[0], $0.reduce(.sum, results[1], axes: [0]))
    },
  ]

  /// Values that are read moved by one row.
  package static let movedRows: [GradientCase] = [
    GradientCase("rows behind a new one, and before one", [[5, 3], [1, 3], [1, 3]]) {
      let values = $0.unary(.sin, $1[0])
      let later = try $0.concatenate(
        [$1[1], try $0.slice(values, axis: 0, 0..<4)], axis: 0)
      let earlier = try $0.concatenate(
        [try $0.slice(values, axis: 0, 1..<5), $1[2]], axis: 0)
      let both = try $0.binary(.multiply, later, earlier)
      return try $0.binary(.multiply, both, values)
    },
    GradientCase("rows moved twice the same way", [[4, 2], [1, 2], [1, 2]]) {
      let values = try $0.binary(.multiply, $1[0], $1[0])
      let rows = try $0.slice(values, axis: 0, 0..<3)
      let first = try $0.concatenate([$1[1], rows], axis: 0)
      let second = try $0.concatenate([$1[2], rows], axis: 0)
      return try $0.binary(.multiply, $0.binary(.add, first, values), second)
    },
  ]
}
