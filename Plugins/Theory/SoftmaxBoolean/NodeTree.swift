/// The full tree over k hidden bits whose nodes have r children each, bottom-up, left to right.
public struct NodeTree: Sendable {
  /// Nodes of each level.
  public let levels: [Int]
  /// For node m, its children among the tokens: the d bits, then the nodes.
  public let children: [[Int]]
  public let dimension: Int

  public init(hidden: [Int], group: Int, dimension: Int, levels count: Int) {
    var below = hidden
    var (levels, children): ([Int], [[Int]]) = ([], [])
    var next = dimension
    for _ in 0..<count {
      let level = stride(from: 0, to: below.count, by: group).map {
        Array(below[$0..<min($0 + group, below.count)])
      }
      children += level
      levels.append(level.count)
      below = Array(next..<next + level.count)
      next += level.count
    }
    (self.levels, self.children, self.dimension) = (levels, children, dimension)
  }

  public var nodes: Int { children.count }

  /// What a node may read: all tokens before it, or the levels below its own.
  public func widths(byLevel: Bool) -> [Int] {
    guard byLevel else { return (0..<nodes).map { dimension + $0 } }
    var first = 0
    return levels.flatMap { size in
      defer { first += size }
      return [Int](repeating: dimension + first, count: size)
    }
  }

  /// How many levels pass the filter: a level is open if each node below it has a weight above the
  /// threshold; the first always is.
  public func openLevels(_ columns: Columns, threshold: Double) -> Int {
    var (open, first) = (1, 0)
    for size in levels.dropLast() {
      let isSure = (first..<first + size).allSatisfy {
        (columns.attention($0).max() ?? 0) > threshold
      }
      guard isSure else { return open }
      open += 1
      first += size
    }
    return open
  }
}
