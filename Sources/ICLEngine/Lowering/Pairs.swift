import CICLBackend
import ICLGraph

/// Pairs of operations, mostly elementwise, of which only the second reads the first: one instruction does
/// both, and the value between them stays in a register.
///
/// Kernels know these pairs only, each as code of its own; a list of operations that is interpreted for
/// every few vectors was slower than the passes that it spared.
struct Pairs {
  enum Kind {
    /// A function of a sum, difference or product.
    case function(UnaryOperation, of: BinaryOperation)
    /// ± a b ± c or a b c, by the variants of ICL_OP_MULTIPLY_ADD.
    case multiplyAdd(variant: UInt32, addend: NodeID)
    /// Running sums of squares.
    case sumOfSquares
    /// A linear recurrence that adds a product, of operands with these labels to the result's.
    case addedProduct(left: [Int], right: [Int], output: [Int])
    /// The decomposition of a matrix plus what is the same for all prompts: a ridge.
    case decomposition(of: NodeID, plus: NodeID)
    /// A slice of a matrix as one row, whose steps are those of the diagonal: a view.
    case diagonal
  }

  /// By the second operation: the first, and what both are.
  private(set) var parts: [NodeID: (first: NodeID, kind: Kind)] = [:]
  private var firsts: Set<NodeID> = []

  init() {}

  /// order: the nodes of one list of instructions. uses: how often each is read, by whomever.
  init(_ graph: Graph, _ order: [NodeID], uses: [NodeID: Int], besides additions: Additions) {
    let members = Set(order)
    for id in order where additions.parts[id] == nil && !additions.takes(id) {
      for first in graph[id].inputs {
        guard uses[first] == 1, members.contains(first), parts[first] == nil,
          graph[first].isBatched == graph[id].isBatched, additions.parts[first] == nil,
          !additions.takes(first), let kind = Self.kind(graph, first, id)
        else { continue }
        parts[id] = (first, kind)
        firsts.insert(first)
        break
      }
    }
  }

  /// Computed by the operation that reads it.
  func takes(_ id: NodeID) -> Bool { firsts.contains(id) }

  private static func kind(_ graph: Graph, _ first: NodeID, _ second: NodeID) -> Kind? {
    let inputs = graph[second].inputs
    if case .slice(let start, _, let stride) = graph[second].operation {
      guard case .reshape = graph[first].operation else { return nil }
      let matrix = graph.shape(of: graph[first].inputs[0])
      guard matrix.rank == 2, start == [0], stride == [matrix[1] + 1],
        graph[second].shape[0] <= min(matrix[0], matrix[1])
      else { return nil }
      return .diagonal
    }
    guard graph[first].shape == graph[second].shape else { return nil }
    switch (graph[first].operation, graph[second].operation) {
    case (.binary(.add), .cholesky):
      let terms = graph[first].inputs
      for (matrix, shift) in [(terms[0], terms[1]), (terms[1], terms[0])]
      where graph[matrix].isBatched && !graph[shift].isBatched {
        return .decomposition(of: matrix, plus: shift)
      }
      return nil
    case (.binary(let operation), .unary(let function)):
      switch (operation, function) {
      case (.subtract, .exp), (.multiply, .exp), (.subtract, .square), (.add, .softplus):
        return .function(function, of: operation)
      default: return nil
      }
    case (.binary(.multiply), .binary(let operation)),
      (.unary(.square), .binary(let operation)):
      guard inputs[0] != inputs[1] else { return nil }
      let addend = inputs[0] == first ? inputs[1] : inputs[0]
      switch operation {
      case .add: return .multiplyAdd(variant: ICL_PLUS_PRODUCT, addend: addend)
      case .subtract where inputs[1] == first:
        return .multiplyAdd(variant: ICL_MINUS_PRODUCT, addend: addend)
      case .subtract: return .multiplyAdd(variant: ICL_PRODUCT_MINUS, addend: addend)
      case .multiply: return .multiplyAdd(variant: ICL_PRODUCT_TIMES, addend: addend)
      default: return nil
      }
    case (.unary(.square), .cumulativeSum): return .sumOfSquares
    case (.binary(.multiply), .linearRecurrence):
      let axes = Array(0..<graph[first].shape.rank)
      return addedProduct(graph, first, second, left: axes, right: axes, output: axes)
    case (.einsum(let spec), .linearRecurrence):
      guard let right = spec.right else { return nil }
      return addedProduct(graph, first, second, left: spec.left, right: right, output: spec.output)
    default: return nil
    }
  }
}

extension Pairs {
  /// Where nothing is summed, and both factors differ from prompt to prompt.
  fileprivate static func addedProduct(
    _ graph: Graph, _ first: NodeID, _ second: NodeID, left: [Int], right: [Int], output: [Int]
  ) -> Kind? {
    let inputs = graph[second].inputs
    guard inputs[1] == first, inputs.filter({ $0 == first }).count == 1,
      graph[first].inputs.allSatisfy({ graph[$0].isBatched }),
      [left, right].allSatisfy({ Set($0).count == $0.count && Set($0).isSubset(of: output) })
    else { return nil }
    return .addedProduct(left: left, right: right, output: output)
  }
}

extension Lowering {
  /// A pair's instruction, if its first operation is not computed already.
  func pair(_ id: NodeID) -> View? {
    guard let (first, kind) = frame.pairs.parts[id], frame.views[first] == nil else { return nil }
    let inputs = frame.graph[first].inputs.map(view)
    switch kind {
    case .function(let function, let operation):
      let out = binary(
        operation, inputs[0], inputs[1], out: allocate(id), function: function.rawValue)
      count(out, 1)
      return out
    case .multiplyAdd(let variant, let addend):
      return multiplyAdd(inputs[0], inputs.last!, view(addend), variant, id)
    case .sumOfSquares:
      guard case .cumulativeSum(let axis, let exclusive, let reverse) = frame.graph[id].operation
      else { return nil }
      return cumulativeSum(axis, exclusive, reverse, inputs[0], id, ofSquares: true)
    case .addedProduct(let left, let right, let output):
      guard case .linearRecurrence(let reverse, let hasInitial) = frame.graph[id].operation
      else { return nil }
      func spread(_ view: View, _ labels: [Int]) -> View {
        var result = view
        result.shape = frame.graph[id].shape
        result.strides = output.map { label in
          labels.firstIndex(of: label).map { view.strides[$0] } ?? 0
        }
        return result
      }
      let own = frame.graph[id].inputs
      let initial = hasInitial ? [view(own[2])] : []
      return recurrence(
        reverse, hasInitial, [view(own[0]), spread(inputs[0], left)] + initial,
        factor: spread(inputs[1], right), id)
    case .decomposition(let matrix, let shift):
      return cholesky(view(matrix), plus: view(shift), id)
    case .diagonal:
      var diagonal = inputs[0]
      diagonal.strides = [diagonal.strides[0] + diagonal.strides[1]]
      diagonal.shape = frame.graph[id].shape
      return diagonal
    }
  }

  private func multiplyAdd(
    _ a: View, _ b: View, _ c: View, _ variant: UInt32, _ id: NodeID
  ) -> View {
    let out = allocate(id)
    var (a, b) = (a, b)
    if out.isBatched {
      if !a.isBatched && !b.isBatched {
        let spread = allocate(b.shape, isBatched: true)
        copy(b, to: spread)
        b = spread
      }
      // The kernel takes the factor that is the same for all lanes first.
      if !b.isBatched { (a, b) = (b, a) }
    }
    let draft = Draft(
      ICL_OP_MULTIPLY_ADD, variant: Int(variant), flags: flags(out: out, a, b, c))
    for view in [out, a, b, c] { operand(view, to: draft) }
    walk([out, a, b, c], to: draft)
    emit(draft)
    count(out, 2)
    return out
  }
}
