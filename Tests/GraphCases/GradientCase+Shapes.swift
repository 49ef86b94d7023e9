import ICLGraph

extension GradientCase {
  /// Squared, so that the second derivative is not zero throughout.
  private static func squared(
    _ name: String, _ operands: [Shape],
    _ build: @escaping @Sendable (inout Graph, [NodeID]) throws -> NodeID
  ) -> GradientCase {
    GradientCase(name, operands) { $0.unary(.square, try build(&$0, $1)) }
  }

  package static let shapes: [GradientCase] = [
    squared("reshape", [[2, 3]]) { try $0.reshape($1[0], [3, 1, 2]) },
    squared("transpose", [[2, 3, 5]]) { try $0.transpose($1[0], [2, 0, 1]) },
    squared("transpose", [[1, 4]]) { try $0.transpose($1[0], [1, 0]) },
    squared("slice", [[5, 3]]) { try $0.slice($1[0], start: [1, 0], stop: [4, 2]) },
    squared("slice of one row", [[5, 1]]) { try $0.slice($1[0], axis: 0, 4..<5) },
    squared("slice by 2 that ends short", [[6]]) {
      try $0.slice($1[0], start: [1], stop: [6], stride: [2])
    },
    squared("slice by 3 with a remainder", [[8, 2]]) {
      try $0.slice($1[0], start: [0, 0], stop: [8, 2], stride: [3, 1])
    },
    squared("slice by 5 from a stop that no step reaches", [[9]]) {
      try $0.slice($1[0], start: [2], stop: [9], stride: [5])
    },
    squared("concatenate", [[2, 3], [2, 1], [2, 4]]) { try $0.concatenate($1, axis: 1) },
    squared("concatenate with itself", [[1, 3]]) {
      try $0.concatenate([$1[0], $1[0]], axis: 0)
    },
    squared("pad", [[2, 3]]) { try $0.pad($1[0], before: [1, 0], after: [0, 2], value: 0.5) },
    squared("pad inside", [[3, 1]]) {
      try $0.pad($1[0], before: [1, 0], after: [2, 1], interior: [2, 3])
    },
    squared("broadcast", [[3, 1]]) { try $0.broadcast($1[0], to: [2, 3, 5]) },
    squared("broadcast of a scalar", [[]]) { try $0.broadcast($1[0], to: [3]) },
    squared("gather", [[4, 3]]) {
      try $0.gather($1[0], indices: $0.constant([2, 0, 2, 3, 3], [5]), axis: 0)
    },
    squared("gather of columns", [[1, 5]]) {
      try $0.gather($1[0], indices: $0.constant([4], [1]), axis: 1)
    },
    squared("scatterAdd", [[5, 2]]) {
      try $0.scatterAdd($1[0], indices: $0.constant([1, 0, 1, 3, 1], [5]), axis: 0, extent: 4)
    },
    squared("gather by computed indices", [[3], [4, 2]]) {
      let signs = try $0.binary(.less, $1[0], $0.scalar(0))
      return try $0.gather($1[1], indices: signs, axis: 0)
    },
    // To the nearest row: 7, -7 and what is not whole.
    squared("gather by indices out of range", [[3], [4, 2]]) {
      let sevens = try $0.binary(.multiply, $0.unary(.sign, $1[0]), $0.scalar(7))
      let halves = try $0.binary(.add, sevens, $0.constant([0, 0.5, 0], [3]))
      return try $0.gather($1[1], indices: halves, axis: 0)
    },
  ]
}
