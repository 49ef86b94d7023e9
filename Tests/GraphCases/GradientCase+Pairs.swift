import ICLGraph

extension GradientCase {
  /// What the engine computes in one instruction: two operations of which only the second reads the
  /// first, Gram matrices, and slices whose gradients stand side by side.
  package static let pairs: [GradientCase] = [
    GradientCase("exp of a difference", [[5, 1], [5, 7]]) {
      try $0.unary(.exp, $0.binary(.subtract, $1[0], $1[1]))
    },
    GradientCase("exp of an outer product", [[3, 4], [4, 5]]) {
      $0.unary(.exp, try $0.einsum("tc,cs->tcs", $1[0], $1[1]))
    },
    GradientCase("square of a difference", [[4, 6], [6]]) {
      try $0.unary(.square, $0.binary(.subtract, $1[0], $1[1]))
    },
    GradientCase("softplus of a sum", [[4, 6], [6]]) {
      try $0.unary(.softplus, $0.binary(.add, $1[0], $1[1]))
    },
    GradientCase("running sums of squares", [[6, 5]]) {
      let squares = $0.unary(.square, $1[0])
      let before = try $0.cumulativeSum($0.unary(.square, $1[0]), axis: 0, exclusive: true)
      return try $0.binary(
        .add, before, $0.cumulativeSum($0.binary(.multiply, squares, $1[0]), axis: 1))
    },
    GradientCase("recurrence that adds an outer product", [[6, 2, 5], [6, 2], [6, 5], [2, 5]]) {
      let added = try $0.einsum("tc,ts->tcs", $1[1], $1[2])
      return try $0.linearRecurrence($1[0], added, initial: $1[3])
    },
    GradientCase("reversed recurrence that adds a product", [[4, 7], [4, 7], [4, 7]]) {
      let added = try $0.binary(.multiply, $1[1], $1[2])
      return try $0.linearRecurrence($1[0], added, reverse: true)
    },
    GradientCase("recurrence that adds an outer product, turned", [[3, 5, 2], [5, 3], [2]]) {
      let added = try $0.einsum("ct,s->tcs", $1[1], $1[2])
      return try $0.linearRecurrence($1[0], added)
    },
    GradientCase("recurrence whose gate is what it adds", [[4, 3], [4, 3]]) {
      let product = try $0.binary(.multiply, $1[0], $1[1])
      return try $0.linearRecurrence(product, product)
    },
    GradientCase("a pair whose first is read twice", [[4], [4]]) {
      let difference = try $0.binary(.subtract, $1[0], $1[1])
      return try $0.binary(.multiply, $0.unary(.exp, difference), difference)
    },
    GradientCase("Gram matrix of 5 columns", [[3, 5]]) { try $0.einsum("ni,nj->ij", $1[0], $1[0]) },
    GradientCase("Gram matrix of 8 columns", [[3, 8]]) { try $0.einsum("ni,nj->ij", $1[0], $1[0]) },
    GradientCase("Gram matrices of 11 rows", [[2, 11, 3]]) {
      let gram = try $0.einsum("gin,gjn->gij", $1[0], $1[0])
      return try $0.einsum("gij,gjn->gin", gram, $1[0])
    },
    GradientCase("Gram matrix in a scan", [[6], [3, 2, 6]]) {
      try $0.scan(initial: [$1[0]], sequences: [$1[1]], shared: []) {
        (graph, carries, slices, _) throws(GraphError) in
        let gram = try graph.einsum("ni,nj->ij", slices[0], slices[0])
        return ([try graph.einsum("ij,j->i", gram, carries[0])], [])
      }[0]
    },
    GradientCase("Gram matrix with further rows, and a ridge", [[6, 3], [2, 6], [1]]) {
      // The rows behind it are copied, the ridge is added as the decomposition reads.
      let gram = try $0.einsum("id,jd->ij", $1[0], $1[0])
      let rows = try $0.concatenate([gram, $1[1]], axis: 0)
      let unit = try $0.constant((0..<48).map { $0 % 7 == 0 ? 1 : 0 }, [8, 6])
      let size = try $0.binary(.add, $0.unary(.square, $1[2]), $0.scalar(1))
      let lower = try $0.cholesky($0.binary(.add, rows, $0.binary(.multiply, unit, size)))
      let scaled = try $0.binary(.multiply, gram, $0.slice($1[1], axis: 0, 0..<1))
      return try $0.concatenate([lower, scaled], axis: 0)
    },
    GradientCase("diagonals", [[5, 8], [4, 4], [3, 4]]) {
      var diagonals: [NodeID] = []
      for (matrix, count) in [($1[0], 5), ($1[1], 4), ($1[2], 2)] {
        let matrix = $0.unary(.tanh, matrix)
        let (rows, columns) = ($0.shape(of: matrix)[0], $0.shape(of: matrix)[1])
        let row = try $0.reshape(matrix, [rows * columns])
        let end = (count - 1) * (columns + 1) + 1
        diagonals.append(try $0.slice(row, start: [0], stop: [end], stride: [columns + 1]))
      }
      return try $0.unary(.square, $0.concatenate(diagonals, axis: 0))
    },
    GradientCase("slices side by side", [[2, 6, 3]]) {
      let first = try $0.slice($1[0], axis: 1, 0..<2)
      let second = try $0.slice($1[0], axis: 1, 2..<4)
      let third = try $0.slice($1[0], axis: 1, 4..<6)
      let product = try $0.binary(.multiply, first, $0.unary(.exp, third))
      return try $0.binary(.add, product, $0.unary(.tanh, second))
    },
    GradientCase(
      "two concatenations that begin with one product", [[5, 3], [3, 4], [2, 4], [2, 4]]
    ) {
      let product = try $0.einsum("ij,jk->ik", $1[0], $1[1])
      let first = try $0.concatenate([product, $1[2]], axis: 0)
      let second = try $0.concatenate([product, $1[3]], axis: 0)
      return try $0.binary(.multiply, first, $0.unary(.exp, second))
    },
  ]
}
