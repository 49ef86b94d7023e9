import ICLGraph

extension ValueCase {
  private static func six(_ graph: inout Graph) throws -> NodeID {
    try graph.constant([1, 2, 3, 4, 5, 6], [2, 3])
  }

  static let shapes: [ValueCase] = [
    ValueCase("reshape", [3, 2], [1, 2, 3, 4, 5, 6]) { try $0.reshape(six(&$0), [3, 2]) },
    ValueCase("transpose", [3, 2], [1, 4, 2, 5, 3, 6]) { try $0.transpose(six(&$0), [1, 0]) },
    ValueCase("transpose of three axes", [3, 1, 2], [1, 4, 2, 5, 3, 6]) {
      // Axis i of the result is axis permutation[i]: [1, 2, 3] becomes [3, 1, 2].
      try $0.transpose($0.reshape(six(&$0), [1, 2, 3]), [2, 0, 1])
    },
    ValueCase("slice", [1, 2], [5, 6]) { try $0.slice(six(&$0), start: [1, 1], stop: [2, 3]) },
    ValueCase("slice by 2", [2, 2], [1, 3, 4, 6]) {
      try $0.slice(six(&$0), start: [0, 0], stop: [2, 3], stride: [1, 2])
    },
    ValueCase("empty slice", [0, 3], []) { try $0.slice(six(&$0), axis: 0, 1..<1) },
    ValueCase("concatenate", [2, 4], [1, 2, 3, 7, 4, 5, 6, 8]) {
      try $0.concatenate([six(&$0), $0.constant([7, 8], [2, 1])], axis: 1)
    },
    ValueCase("pad", [6], [9, 1, 9, 2, 9, 9]) {
      try $0.pad(
        $0.constant([1, 2], [2]), before: [1], after: [2], interior: [1], value: 9)
    },
    ValueCase("broadcast", [2, 2, 2], [1, 1, 2, 2, 1, 1, 2, 2]) {
      try $0.broadcast($0.constant([1, 2], [2, 1]), to: [2, 2, 2])
    },
    ValueCase("gather", [3, 3], [4, 5, 6, 1, 2, 3, 4, 5, 6]) {
      try $0.gather(six(&$0), indices: $0.constant([1, 0, 1], [3]), axis: 0)
    },
    ValueCase("scatterAdd", [2, 4], [0, 0, 4, 2, 0, 0, 10, 5]) {
      try $0.scatterAdd(
        six(&$0), indices: $0.constant([2, 3, 2], [3]), axis: 1, extent: 4)
    },
  ]
}
