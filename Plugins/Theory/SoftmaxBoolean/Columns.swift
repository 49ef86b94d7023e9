/// The scores W [T, t] of positions, a column for each label, and what each column should find.
public struct Columns: Sendable {
  public var tokens: Int
  public var labels: Int
  /// Row-major.
  public var scores: [Double]
  /// The positions that make label m.
  public var children: [[Int]]
  /// How many positions label m may read: those from 0.
  public var widths: [Int]

  public init(
    _ scores: [Double], tokens: Int, labels: Int, children: [[Int]], widths: [Int]? = nil
  ) {
    (self.scores, self.tokens, self.labels) = (scores, tokens, labels)
    self.children = children
    self.widths = widths ?? [Int](repeating: tokens, count: labels)
  }

  /// A column, as far as it is read.
  public func column(_ m: Int) -> [Double] {
    (0..<widths[m]).map { scores[$0 * labels + m] }
  }

  /// Softmax of a column.
  public func attention(_ m: Int) -> [Double] {
    let column = column(m)
    let largest = column.max() ?? 0
    let weights = column.map { exponential($0 - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// The largest scores of a column, as many as it has children: decoder D2.
  public func found(_ m: Int) -> Set<Int> {
    largest(children[m].count, column(m).enumerated().map { ($0.offset, $0.element) })
  }

  /// Whether each column finds its children.
  public var areExact: Bool { (0..<labels).allSatisfy { found($0) == Set(children[$0]) } }

  /// The mean over columns of the weight outside their children.
  public var irrelevantMass: Double {
    (0..<labels).reduce(0) { sum, m in
      let weights = attention(m)
      return sum + 1 - children[m].reduce(0) { $0 + weights[$1] }
    } / Double(labels)
  }

  /// Means of scores, and of their squares, with the extremes.
  public struct Moments: Hashable, Sendable {
    public var child = 0.0
    public var other = 0.0
    public var childSquare = 0.0
    public var otherSquare = 0.0
    public var leastChild = Double.infinity
    public var largestOther = -Double.infinity
    /// The mean of (w_a - w_c)² of the first two children of a column.
    public var pairSquare = 0.0
  }

  public var moments: Moments {
    var moments = Moments()
    var (children, others) = (0.0, 0.0)
    for m in 0..<labels {
      let column = column(m)
      let own = Set(self.children[m])
      for (j, w) in column.enumerated() {
        if own.contains(j) {
          children += 1
          moments.child += w
          moments.childSquare += w * w
          moments.leastChild = min(moments.leastChild, w)
        } else {
          others += 1
          moments.other += w
          moments.otherSquare += w * w
          moments.largestOther = max(moments.largestOther, w)
        }
      }
      if own.count > 1 {
        let difference = column[self.children[m][0]] - column[self.children[m][1]]
        moments.pairSquare += difference * difference / Double(labels)
      }
    }
    moments.child /= max(children, 1)
    moments.childSquare /= max(children, 1)
    moments.other /= max(others, 1)
    moments.otherSquare /= max(others, 1)
    return moments
  }
}
