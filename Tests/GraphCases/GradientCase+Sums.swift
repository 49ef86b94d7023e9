import ICLGraph

extension GradientCase {
  package static let sums: [GradientCase] = einsums + reductions + batchSums

  private static let einsums: [GradientCase] = {
    let examples: [(String, [Shape])] = [
      ("ij,jk->ik", [[2, 3], [3, 5]]), ("ij,jk->ik", [[1, 1], [1, 1]]),
      ("ij,jk->ik", [[1, 7], [7, 1]]), ("bij,bkj->bik", [[3, 2, 1], [3, 5, 1]]),
      ("i,j->ij", [[3], [5]]), ("i,i->", [[7], [7]]), (",->", [[], []]),
      (",ij->ji", [[], [2, 3]]),
      ("ij,kl->il", [[2, 3], [3, 2]]), ("ijk,kj->i", [[2, 3, 4], [4, 3]]),
      ("ij->ji", [[2, 3]]), ("ijk->j", [[2, 3, 5]]), ("ij->", [[3, 1]]), ("ij->ij", [[2, 2]]),
      ("hnd,hmd->hnm", [[2, 3, 2], [2, 4, 2]]),
    ]
    return examples.map { text, shapes in
      GradientCase("einsum \(text)", shapes) {
        try $0.einsum(text, $1[0], $1.count == 2 ? $1[1] : nil)
      }
    } + [
      GradientCase("einsum of one operand with itself", [[3, 2]]) {
        try $0.einsum("ij,kj->ik", $1[0], $1[0])
      }
    ]
  }()

  private static let reductions: [GradientCase] = Reduction.allCases.flatMap { reduction in
    let examples: [(Shape, [Int])] = [
      ([3, 5], [1]), ([3, 5], [0]), ([2, 3, 4], [0, 2]), ([1, 7], [0]), ([5], [0]),
      ([1, 1], [0, 1]),
    ]
    return examples.flatMap { shape, axes in
      [false, true].map { keeps in
        GradientCase("\(reduction) over \(axes)\(keeps ? ", kept" : "")", [shape]) {
          // Squared, so that the second derivative is not zero throughout.
          try $0.unary(.square, $0.reduce(reduction, $1[0], axes: axes, keepAxes: keeps))
        }
      }
    }
  }

  private static let batchSums: [GradientCase] = [
    GradientCase("batchSum", [[2, 3], [3]]) {
      let product = try $0.binary(.multiply, $1[0], $1[1])
      return $0.unary(.sin, $0.batchSum($0.unary(.square, product)))
    },
    GradientCase("batchSum of a sum with an unbatched term", [[2], [2]]) {
      // The derivative for an unbatched term counts every prompt.
      try $0.unary(.square, $0.batchSum($0.binary(.add, $1[0], $1[1])))
    },
    GradientCase("batchSum read by every prompt", [[3], [3]]) {
      try $0.binary(.multiply, $1[0], $0.unary(.exp, $0.batchSum($1[1])))
    },
    GradientCase("promptWeight", [[2], [2]]) {
      let weighted = try $0.binary(.multiply, $1[0], $0.promptWeight())
      return try $0.binary(.multiply, $0.batchSum(weighted), $1[1])
    },
  ]
}
