import ICLGraph

extension GradientCase {
  /// Elementwise operations that feed each other: with rows and columns that repeat, operands that are
  /// not neighbours in memory, more of them than one instruction takes, and in a scan.
  package static let chains: [GradientCase] = [
    GradientCase("a scaled row taken from each row", [[5, 7], [5, 1], [1, 7]]) {
      try $0.binary(.subtract, $1[0], $0.binary(.multiply, $1[1], $1[2]))
    },
    GradientCase("a product minus a term", [[3, 20], [3, 20], [3, 1]]) {
      try $0.binary(.subtract, $0.binary(.multiply, $1[0], $1[1]), $1[2])
    },
    GradientCase("a square and an outer product added", [[4, 6], [4], [6]]) {
      let outer = try $0.einsum("i,j->ij", $1[1], $1[2])
      let sum = try $0.binary(.add, $0.unary(.square, $1[0]), outer)
      return try $0.binary(.multiply, sum, $1[2])
    },
    GradientCase("a square taken from a square", [[33], [33]]) {
      try $0.binary(.subtract, $0.unary(.square, $1[0]), $0.unary(.square, $1[1]))
    },
    GradientCase("an outer product of turned arrays", [[4, 3], [3, 4]]) {
      let product = try $0.einsum("ij,ji->ij", $0.unary(.exp, $1[0]), $1[1])
      return try $0.binary(.add, $0.unary(.sigmoid, product), $1[0])
    },
    GradientCase("functions one after the other", [[2, 19]], .positive) {
      var value = $1[0]
      for function in [
        UnaryOperation.sqrt, .silu, .exp, .negate, .sigmoid, .reciprocal, .rsqrt, .abs, .relu,
        .square,
      ] { value = $0.unary(function, value) }
      return value
    },
    GradientCase("more terms than one chain has", [[2, 3], [2, 3], [3], [2, 1]]) {
      var sum = $1[0]
      for number in 0..<9 {
        let factor = try $0.binary(.multiply, sum, $1[1 + number % 3])
        sum = try $0.binary(.add, factor, $0.unary(.silu, $1[(number + 1) % 4]))
      }
      return sum
    },
    GradientCase("a choice between products", [[5, 4], [5, 4], [4]]) {
      let isLess = try $0.binary(.less, $1[0], $0.scalar(0.1))
      let product = try $0.binary(.multiply, $1[0], $1[1])
      let quotient = try $0.binary(.divide, $1[1], $0.unary(.exp, $1[2]))
      return try $0.select(isLess, product, quotient)
    },
    GradientCase("every second column of turned rows", [[4, 6], [3, 4]]) {
      let columns = try $0.slice($1[0], start: [0, 0], stop: [4, 6], stride: [1, 2])
      let turned = try $0.transpose($1[1], [1, 0])
      let product = try $0.binary(.multiply, columns, $0.unary(.exp, turned))
      return try $0.binary(.maximum, product, $0.binary(.minimum, columns, turned))
    },
    GradientCase("a chain in a scan, in the place of its carry", [[3, 4], [5, 4], [3, 1]]) {
      let results = try $0.scan(initial: [$1[0]], sequences: [$1[1]], shared: [$1[2]]) {
        (graph, carries, slices, shared) throws(GraphError) in
        let fading = try graph.binary(.multiply, carries[0], graph.unary(.sigmoid, slices[0]))
        let next = try graph.binary(
          .add, fading, graph.binary(.multiply, shared[0], slices[0]))
        return ([next], [graph.unary(.silu, try graph.binary(.subtract, next, carries[0]))])
      }
      return try $0.binary(.add, results[0], $0.reduce(.sum, results[1], axes: [0]))
    },
  ]
}
