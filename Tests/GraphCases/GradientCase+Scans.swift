import ICLGraph

extension GradientCase {
  package static let scans: [GradientCase] = [false, true].flatMap { reverse in
    let way = reverse ? ", reversed" : ""
    return [1, 2, 5].flatMap { length in
      [
        GradientCase(
          "scan with carries, slices, shared and outputs\(way)",
          [[2], [length, 3], [2, 3], [length]]
        ) {
          let results = try $0.scan(
            initial: [$1[0]], sequences: [$1[1], $1[3]], shared: [$1[2]], reverse: reverse
          ) { (graph, carries, slices, shared) throws(GraphError) in
            let drive = try graph.einsum("ij,j->i", shared[0], slices[0])
            let decayed = try graph.binary(.multiply, carries[0], slices[1])
            let next = graph.unary(.tanh, try graph.binary(.add, drive, decayed))
            let output = try graph.binary(.multiply, next, carries[0])
            return ([next], [output])
          }
          let last = try $0.reshape(results[0], [1, 2])
          return try $0.concatenate([last, results[1]], axis: 0)
        },
        GradientCase("scan whose outputs alone are read\(way)", [[], [length]]) {
          try $0.scan(initial: [$1[0]], sequences: [$1[1]], reverse: reverse) {
            (graph, carries, slices, _) throws(GraphError) in
            let next = try graph.binary(.multiply, carries[0], slices[0])
            return ([next], [graph.unary(.sin, next)])
          }[1]
        },
        GradientCase("scan without sequences\(way)", [[3], [3, 3]]) {
          try $0.scan(
            initial: [$1[0]], sequences: [], shared: [$1[1]], length: length, reverse: reverse
          ) { (graph, carries, _, shared) throws(GraphError) in
            ([graph.unary(.sin, try graph.einsum("ij,j->i", shared[0], carries[0]))], [])
          }[0]
        },
        GradientCase("scan of two carries that change places\(way)", [[2], [2], [length, 2]]) {
          let results = try $0.scan(
            initial: [$1[0], $1[1]], sequences: [$1[2]], reverse: reverse
          ) { (graph, carries, slices, _) throws(GraphError) in
            let mixed = try graph.binary(.multiply, carries[0], slices[0])
            return ([carries[1], graph.unary(.sin, mixed)], [carries[0]])
          }
          let sum = try $0.binary(.add, results[0], results[1])
          return try $0.binary(.multiply, sum, results[2])
        },
        GradientCase("scan inside a scan\(way)", [[2], [length, 3, 2], [2]]) {
          try $0.scan(
            initial: [$1[0]], sequences: [$1[1]], shared: [$1[2]], reverse: reverse
          ) { (graph, carries, slices, shared) throws(GraphError) in
            let inner = try graph.scan(
              initial: [carries[0]], sequences: [slices[0]], shared: [shared[0]]
            ) { (graph, carries, slices, shared) throws(GraphError) in
              let scaled = try graph.binary(.multiply, carries[0], shared[0])
              return ([graph.unary(.sin, try graph.binary(.add, scaled, slices[0]))], [])
            }
            return (inner, inner)
          }[1]
        },
      ]
    }
  }
}
