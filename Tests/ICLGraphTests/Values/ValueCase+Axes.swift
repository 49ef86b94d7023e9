import ICLGraph

extension ValueCase {
  private static func cumulative(
    _ axis: Int, exclusive: Bool, reverse: Bool, _ expected: [Double]
  ) -> ValueCase {
    let name = "cumulative sum along \(axis)"
    return ValueCase(
      name + (exclusive ? ", exclusive" : "") + (reverse ? ", reversed" : ""), [2, 3], expected
    ) {
      try $0.cumulativeSum(
        $0.constant([1, 2, 3, 4, 5, 6], [2, 3]), axis: axis, exclusive: exclusive,
        reverse: reverse)
    }
  }

  private static func recurrence(
    _ name: String, reverse: Bool, initial: Double?, _ expected: [Double]
  ) -> ValueCase {
    ValueCase("linear recurrence" + name, [3], expected) {
      let a = try $0.constant([2, 3, 4], [3])
      let b = try $0.constant([1, 10, 100], [3])
      guard let initial else { return try $0.linearRecurrence(a, b, reverse: reverse) }
      return try $0.linearRecurrence(a, b, initial: $0.scalar(initial), reverse: reverse)
    }
  }

  static let axes: [ValueCase] = [
    ValueCase(
      "softmax", [2, 3],
      [
        0.09003057317038046, 0.24472847105479764, 0.6652409557748218, 0.3333333333333333,
        0.3333333333333333, 0.3333333333333333,
      ]
    ) { try $0.softmax($0.constant([1, 2, 3, 1, 1, 1], [2, 3]), axis: 1) },
    ValueCase("softmax along the first axis", [2, 1], [0.11920292202211755, 0.8807970779778823]) {
      try $0.softmax($0.constant([1, 3], [2, 1]), axis: 0)
    },
    ValueCase(
      "masked softmax", [2, 3], [0.11920292202211755, 0, 0.8807970779778823, 0, 0, 0]
    ) {
      let mask = try $0.constant([1, 0, 1, 0, 0, 0], [2, 3])
      return try $0.softmax($0.constant([1, 700, 3, 1, 2, 3], [2, 3]), mask: mask, axis: 1)
    },
    cumulative(1, exclusive: false, reverse: false, [1, 3, 6, 4, 9, 15]),
    cumulative(1, exclusive: true, reverse: false, [0, 1, 3, 0, 4, 9]),
    cumulative(1, exclusive: false, reverse: true, [6, 5, 3, 15, 11, 6]),
    cumulative(1, exclusive: true, reverse: true, [5, 3, 0, 11, 6, 0]),
    cumulative(0, exclusive: false, reverse: false, [1, 2, 3, 5, 7, 9]),
    recurrence("", reverse: false, initial: nil, [1, 13, 152]),
    recurrence(" from 5", reverse: false, initial: 5, [11, 43, 272]),
    recurrence(" from 5, reversed", reverse: true, initial: 5, [741, 370, 120]),
    ValueCase("solve", [2, 2], [0.5, -1, 0, 2]) {
      // The 99 is in the upper triangle, which is not read.
      try $0.solve($0.constant([4, 99, 2, 3], [2, 2]), $0.constant([2, 0, 1, 4], [2, 2]))
    },
    ValueCase("solve of a batch", [2, 1, 1], [3, 2]) {
      try $0.solve($0.constant([2, 4], [2, 1, 1]), $0.constant([6, 8], [2, 1, 1]))
    },
    ValueCase("cholesky", [3, 3], [2, 0, 0, 1, 3, 0, -2, 1, 1]) {
      // The 99s are in the upper triangle, which is not read.
      try $0.cholesky($0.constant([4, 99, 99, 2, 10, 99, -4, 1, 6], [3, 3]))
    },
    ValueCase("cholesky with further rows", [4, 2], [2, 0, 1, 3, 4, -1, 0, 2]) {
      // L1 = (2 0, 1 3); of b the row below is z with 2 z0 = b0, z0 + 3 z1 = b1.
      try $0.cholesky($0.constant([4, 99, 2, 10, 8, 1, 0, 6], [4, 2]))
    },
    ValueCase("cholesky of a batch", [2, 2, 1], [2, 3, 5, -1]) {
      try $0.cholesky($0.constant([4, 6, 25, -5], [2, 2, 1]))
    },
    ValueCase("scan", [4], [119, 0, 18, 1260]) {
      // Each step takes c to 2 c + s + 1 and puts out c s: the carries are 0, 2, 14, 119.
      let results = try $0.scan(
        initial: [$0.scalar(0)], sequences: [$0.constant([1, 9, 90], [3])],
        shared: [$0.scalar(1)]
      ) { (graph, carries, slices, shared) throws(GraphError) in
        let doubled = try graph.binary(.add, carries[0], carries[0])
        let sum = try graph.binary(.add, doubled, slices[0])
        let output = try graph.binary(.multiply, carries[0], slices[0])
        return ([try graph.binary(.add, sum, shared[0])], [output])
      }
      return try $0.concatenate([$0.reshape(results[0], [1]), results[1]], axis: 0)
    },
  ]
}
