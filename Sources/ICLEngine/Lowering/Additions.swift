import ICLGraph

/// Additions of a contraction that nobody else reads: the contraction's kernel adds its results to the
/// other term, which spares writing and reading them once more.
///
/// The contraction is then computed where the addition is.
struct Additions {
  /// By the addition.
  private(set) var parts: [NodeID: (product: NodeID, addend: NodeID)] = [:]
  private var products: Set<NodeID> = []

  init() {}

  /// order: the nodes of one list of instructions. uses: how often each is read, by whomever.
  init(_ graph: Graph, _ order: [NodeID], uses: [NodeID: Int]) {
    let members = Set(order)
    for id in order {
      guard case .binary(.add) = graph[id].operation else { continue }
      let (left, right) = (graph[id].inputs[0], graph[id].inputs[1])
      for (product, addend) in [(right, left), (left, right)]
      where product != addend && uses[product] == 1 && members.contains(product)
        && graph[product].isBatched == graph[id].isBatched
        && graph[product].shape == graph[id].shape && graph[addend].shape == graph[id].shape
        && Self.isBlocked(graph, product)
      {
        parts[id] = (product, addend)
        products.insert(product)
        break
      }
    }
  }

  /// Computed by the addition that reads it.
  func takes(_ id: NodeID) -> Bool { products.contains(id) }

  /// Whether the contraction has sums, and enough results side by side for the kernel's blocks.
  private static func isBlocked(_ graph: Graph, _ id: NodeID) -> Bool {
    guard case .einsum(let spec) = graph[id].operation, let right = spec.right else { return false }
    var extents: [Int: Int] = [:]
    for (labels, input) in zip([spec.left, right], graph[id].inputs) {
      for (label, extent) in zip(labels, graph.shape(of: input).extents) { extents[label] = extent }
    }
    func count(_ labels: [Int]) -> Int { labels.reduce(1) { $0 * extents[$1]! } }
    let depth = count(spec.left.filter { right.contains($0) && !spec.output.contains($0) })
    let sides = count(spec.output.filter { spec.left.contains($0) != right.contains($0) })
    return depth > 1 && sides >= 16
  }
}

extension Lowering {
  /// The contraction that an addition reads, if it is not computed already.
  func deferredProduct(of id: NodeID) -> NodeID? {
    guard let part = frame.additions.parts[id], frame.views[part.product] == nil else { return nil }
    return part.product
  }

  /// The sum of a contraction and another term, in one instruction where both are laid out alike.
  func addition(_ id: NodeID, of product: NodeID) -> View {
    let node = frame.graph[product]
    guard case .einsum(let spec) = node.operation, let part = frame.additions.parts[id] else {
      preconditionFailure("an addition without a contraction")
    }
    let addend = view(part.addend)
    let out = allocate(id)
    let inputs = node.inputs.map(view)
    let isAlike =
      addend.isBatched && out.isBatched && addend.unit == out.unit
      && out.shape.extents.indices.allSatisfy {
        out.shape[$0] == 1 || addend.strides[$0] == out.strides[$0]
      }
    if isAlike {
      count(out, 1)
      return einsum(
        spec, inputs, node.shape, isBatched: out.isBatched, into: out, adding: addend)
    }
    let value = einsum(spec, inputs, node.shape, isBatched: isBatched(product))
    return binary(.add, addend, value, out: out)
  }
}
