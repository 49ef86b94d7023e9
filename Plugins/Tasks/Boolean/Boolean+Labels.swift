import ICLKit

extension Boolean {
  var groupSize: Int { labels == .hints ? group : support }

  var hasGivenChain: Bool { tree == .full && chain == .given }

  /// The nodes of each level of the tree, leaves not counted: [k/r], or [k/r, k/r², …, 1].
  var levels: [Int] {
    var levels = [support / groupSize]
    while tree == .full, levels.last! > 1 { levels.append(levels.last! / groupSize) }
    return levels
  }

  var labelCount: Int { levels.reduce(0, +) }

  /// The values of all nodes from hidden bits [rows, k], level by level: [rows, t].
  func nodes(of bits: Tensor, _ graph: Graph) -> Tensor {
    let rows = bits.extent(0)
    var level = bits
    let values = levels.map { count in
      level = value(of: level.reshaped([rows, count, groupSize]).sum(axis: -1), graph)
      return level
    }
    return values.count == 1 ? values[0] : concatenate(values, axis: 1)
  }

  /// The function of bits of which this many are 1.
  private func value(of count: Tensor, _ graph: Graph) -> Tensor {
    let size = Double(groupSize)
    switch function {
    case .and: return count.equal(to: graph.constant(size))
    case .or: return graph.constant(0).less(than: count)
    case .majority: return graph.constant(size / 2).less(than: count)
    case .xor: return count - 2 * (0.5 * count).floor()
    }
  }

  /// What others may know: k, r, the number of levels, the function and the encoding by their places
  /// among the choices, the mean of a label as it is encoded, and the size of a set that is walked
  /// through.
  var properties: [String: Double] {
    var properties = [
      "support": Double(support), "group": Double(groupSize), "levels": Double(levels.count),
      "function": Double(Function.allCases.firstIndex(of: function)!),
      "encoding": Double(Encoding.allCases.firstIndex(of: encoding)!),
    ]
    switch inputs {
    case .everyRow: properties["set-size"] = Double(1 << dimension)
    case .splitmix64: properties["set-size"] = Double(sampleSize)
    default: break
    }
    if tree == .groups, inputs == .independent {
      let mean = flip + (1 - 2 * flip) * meanOfGroup
      properties["label-mean"] = encoding == .zeroOne ? mean : 1 - 2 * mean
    }
    return properties
  }

  /// The probability that the function of r independent bits is 1.
  private var meanOfGroup: Double {
    let q = complemented ? 1 - bias : bias
    /// Probabilities of 0, 1, …, r ones.
    var counts = [1.0]
    for _ in 0..<groupSize {
      counts = zip(counts + [0], [0] + counts).map { $0 * (1 - q) + $1 * q }
    }
    return counts.indices.reduce(0) { sum, ones in
      let isOne =
        switch function {
        case .and: ones == groupSize
        case .or: ones > 0
        case .majority: 2 * ones > groupSize
        case .xor: ones % 2 == 1
        }
      return sum + (isOne ? counts[ones] : 0)
    }
  }
}
