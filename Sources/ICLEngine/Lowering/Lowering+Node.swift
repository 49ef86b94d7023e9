import CICLBackend
import ICLGraph
import ICLRandom

extension Lowering {
  /// Emits what a node needs, and records where its value stands.
  func lower(_ id: NodeID) throws {
    if frame.views[id] != nil { return }
    let node = frame.graph[id]
    if let product = deferredProduct(of: id) {
      frame.views[id] = attributing(to: product) { addition(id, of: product) }
      return
    }
    if let pair = attributing(to: id, { pair(id) }) {
      frame.views[id] = pair
      return
    }
    frame.views[id] = try attributing(to: id) { try value(of: id, node) }
  }

  private func value(of id: NodeID, _ node: Node) throws -> View {
    switch node.operation {
    case .input(let name): throw EngineError("the input \(name) was not given a place")
    case .parameter(let name):
      guard let offset = frame.parameters[name] else {
        throw EngineError("the parameter \(name) is not in the store")
      }
      return .contiguous(
        .space(Space.parameters), offset: offset, node.shape, isBatched: false)
    case .constant(let values): return constant(values, node.shape)
    case .random(let source): return try random(source, node)
    case .promptWeight: throw EngineError("the prompt weight was not given a place")
    case .unary(let operation): return unary(operation, view(node.inputs[0]), id)
    case .binary(let operation):
      return binary(operation, view(node.inputs[0]), view(node.inputs[1]), out: allocate(id))
    case .select: return select(node.inputs.map(view), id)
    case .einsum(let spec):
      return einsum(
        spec, node.inputs.map(view), node.shape, isBatched: isBatched(id),
        out: frame.margins.further[id].map { _ in allocate(id) })
    case .reduce(let reduction, let axes):
      return reduce(reduction, axes, view(node.inputs[0]))
    case .firstMaximum(let axes): return firstMaximum(axes, view(node.inputs[0]), id)
    case .batchSum: throw EngineError("a sum over the batch inside of a tile")
    case .reshape:
      let source = view(node.inputs[0])
      return source.reshaped(to: node.shape) ?? contiguous(source).reshaped(to: node.shape)!
    case .transpose(let permutation):
      return view(node.inputs[0]).transposed(permutation, node.shape)
    case .slice(let start, _, let stride):
      return view(node.inputs[0]).sliced(start: start, stride: stride, node.shape)
    case .concatenate(let axis):
      return movedRows(id) ?? withFurtherRows(id)
        ?? concatenate(axis, node.inputs.map(view), id)
    case .pad(let before, _, let interior, let value):
      return pad(view(node.inputs[0]), before, interior, value, id)
    case .broadcast: return view(node.inputs[0]).broadcast(to: node.shape)
    case .gather(let axis): return gather(axis, view(node.inputs[0]), view(node.inputs[1]), id)
    case .scatterAdd(let axis, let extent):
      return scatter(axis, extent, view(node.inputs[0]), view(node.inputs[1]), id)
    case .softmax(let axis, let masked): return softmax(axis, masked, node.inputs.map(view), id)
    case .cumulativeSum(let axis, let exclusive, let reverse):
      return cumulativeSum(axis, exclusive, reverse, view(node.inputs[0]), id)
    case .linearRecurrence(let reverse, let initial):
      return recurrence(reverse, initial, node.inputs.map(view), id)
    case .scan(let body):
      frame.scans[id] = try scan(body, node.inputs.map(view), isBatched: isBatched(id))
      return .contiguous(.space(Space.shared), [], isBatched: false)
    case .result(let index): return frame.scans[node.inputs[0]]![index]
    case .solve: return solve(view(node.inputs[0]), view(node.inputs[1]), id)
    case .cholesky: return cholesky(view(node.inputs[0]), id)
    case .custom(let operation): return try custom(operation, node.inputs.map(view), id)
    case .customPullback(let operation, let input):
      return try pullback(operation, input, node.inputs.map(view), id)
    }
  }

  private func random(_ source: RandomSource, _ node: Node) throws -> View {
    if source.scope == .run {
      return constant(try runValues(source, node.shape, seed: seed), node.shape)
    }
    guard frame.allBatched == false else {
      throw EngineError("random numbers inside of a scan: draw them before it, as a sequence")
    }
    let out = allocate(node.shape, isBatched: true, packed: true)
    switch source.kind {
    case .uniform, .normal:
      let key = StreamKey(seed: seed, stream: source.stream, scope: .prompt).key
      let draft = Draft(
        ICL_OP_RANDOM, variant: Int(source.kind.rawValue), flags: ICL_BATCHED_OUT)
      operand(out, to: draft)
      draft.append(node.shape.count)
      draft.append([Int(key[0]), Int(key[1]), vectors])
      emit(draft)
    case .orthogonal, .permutation, .index:
      emit(host: HostCall.random(source, node.shape, seed: seed, precision), out: out, inputs: [])
    }
    return out
  }

  // MARK: Elementwise

  private func unary(_ operation: UnaryOperation, _ a: View, _ id: NodeID) -> View {
    if operation == .stopGradient { return a }
    let out = allocate(id)
    let draft = Draft(ICL_OP_UNARY, variant: Int(operation.rawValue), flags: flags(out: out, a))
    operand(out, to: draft)
    operand(a, to: draft)
    walk([out, a], to: draft)
    emit(draft)
    count(out, 1)
    return out
  }

  /// function: of the result, 0 for none.
  func binary(
    _ operation: BinaryOperation, _ a: View, _ b: View, out: View, function: UInt32 = 0
  ) -> View {
    // In a batched scan both operands may be the same for all lanes; the kernel wants one that is
    // not, so the first is spread.
    var a = a
    if out.isBatched && !a.isBatched && !b.isBatched {
      let spread = allocate(a.shape, isBatched: true)
      copy(a, to: spread)
      a = spread
    }
    let draft = Draft(
      ICL_OP_BINARY, variant: Int(operation.rawValue | function << 8),
      flags: flags(out: out, a, b))
    operand(out, to: draft)
    operand(a, to: draft)
    operand(b, to: draft)
    walk([out, a, b], to: draft)
    emit(draft)
    count(out, 1)
    return out
  }

  private func select(_ inputs: [View], _ id: NodeID) -> View {
    let out = allocate(id)
    let draft = Draft(
      ICL_OP_SELECT, flags: flags(out: out, inputs[0], inputs[1], inputs[2]))
    operand(out, to: draft)
    for input in inputs { operand(input, to: draft) }
    walk([out] + inputs, to: draft)
    emit(draft)
    return out
  }

  // MARK: Shape

  private func concatenate(_ axis: Int, _ inputs: [View], _ id: NodeID) -> View {
    let out = allocate(id)
    var start = [Int](repeating: 0, count: out.shape.rank)
    for input in inputs {
      let part = out.sliced(
        start: start, stride: [Int](repeating: 1, count: start.count), input.shape)
      copy(input, to: part)
      start[axis] += input.shape[axis]
    }
    return out
  }

  private func pad(
    _ a: View, _ before: [Int], _ interior: [Int], _ value: Double, _ id: NodeID
  ) -> View {
    let out = allocate(id)
    fill(out, value)
    if a.shape.count > 0 {
      copy(a, to: out.sliced(start: before, stride: interior.map { $0 + 1 }, a.shape))
    }
    return out
  }

  func count(_ out: View, _ perElement: Double) {
    if out.isBatched { flops += perElement * Double(out.shape.count) }
  }
}
