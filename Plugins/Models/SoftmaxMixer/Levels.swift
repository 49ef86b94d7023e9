import ICLKit

/// Where the nodes of a full tree stand among the tokens: d bits, then the nodes level by level.
struct Levels {
  let dimension: Int
  /// Nodes of each level, the root's last.
  let sizes: [Int]
  let mask: Mask

  var nodes: Int { sizes.reduce(0, +) }
  /// The root is read by nobody.
  var tokens: Int { dimension + nodes - 1 }

  /// nil for a task without a tree.
  init?(_ task: Signature, _ mask: Mask) {
    guard let count = task.properties["levels"], count > 1,
      let support = task.properties["support"], let group = task.properties["group"]
    else { return nil }
    dimension = task.inputDimension
    self.mask = mask
    var size = Int(support)
    sizes = (0..<Int(count)).map { _ in
      size /= Int(group)
      return size
    }
  }

  /// The nodes of a level, counted from 0.
  func range(_ level: Int) -> Range<Int> {
    let first = sizes[..<level].reduce(0, +)
    return first..<first + sizes[level]
  }

  /// How many tokens a node may read: those before it, or those of the levels below.
  func width(_ node: Int) -> Int {
    guard mask == .level else { return dimension + node }
    let level = sizes.indices.first { range($0).contains(node) }!
    return dimension + range(level).lowerBound
  }

  /// Nodes that can be computed together: levels, or single nodes.
  var stages: [Range<Int>] {
    mask == .level ? sizes.indices.map(range) : (0..<nodes).map { $0..<$0 + 1 }
  }
}
