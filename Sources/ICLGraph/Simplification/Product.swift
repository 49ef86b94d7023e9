/// A sum of products, free of the order in which it was written: the factors, each with a label for
/// every axis, and the labels of the result. Labels that the result does not have are summed.
struct Product {
  struct Factor: Equatable {
    /// Of the source; or of the new graph, for which `new` says how often it is computed.
    var node: NodeID
    var new: Kind?
    /// Without the axes of extent 1.
    var labels: [Int]
  }

  var coefficient = 1.0
  var factors: [Factor] = []
  /// By label; labels of extent 1 stand for axes that are left out.
  var extents: [Int] = []
  /// One label for each axis of the result.
  var output: [Int] = []
  /// What it costs as it was written.
  var writtenCost = 0.0
  /// Whether it holds a contraction; else it is only elementwise.
  var isContraction = false
  /// Whether it may hold what others read too; that is then computed for them as well.
  var sharesFactors = false
  var sharesFixed = false

  mutating func label(_ extent: Int) -> Int {
    extents.append(extent)
    return extents.count - 1
  }

  func size(_ labels: some Sequence<Int>) -> Double {
    labels.reduce(1) { $0 * Double(extents[$1]) }
  }

  /// Sums over labels that no factor has are counts.
  mutating func countUnusedLabels() {
    let used = Set(factors.flatMap(\.labels) + output)
    for label in extents.indices where !used.contains(label) {
      coefficient *= Double(extents[label])
    }
  }

  /// The order of costs: work for every prompt, then memory traffic, steps, work once a step, and
  /// work once a run.
  static func cost(flops: Double, elements: Double, _ kind: Kind) -> Double {
    if kind.isFixed { return 1e-9 * (flops + elements) + 1e-6 }
    return kind.isBatched ? flops + 0.01 * elements + 0.01 : 1e-6 * (flops + elements) + 0.005
  }

  /// What reading a kept element costs, in floating-point operations: it comes from the second
  /// cache level or from further away.
  static let keptElement = 4.0

  /// How often a value is computed.
  struct Kind: Equatable {
    /// For every prompt.
    var isBatched: Bool
    /// Once a run; else in every step.
    var isFixed: Bool

    /// Of what is computed from both.
    static func | (a: Kind, b: Kind) -> Kind {
      Kind(isBatched: a.isBatched || b.isBatched, isFixed: a.isFixed && b.isFixed)
    }
  }
}
