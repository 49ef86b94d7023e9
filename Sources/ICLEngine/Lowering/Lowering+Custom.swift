import CICLBackend
import ICLGraph

extension Lowering {
  func custom(_ operation: CustomOperation, _ inputs: [View], _ id: NodeID) throws -> View {
    let out = allocate(frame.graph[id].shape, isBatched: isBatched(id), packed: true)
    emit(host: HostCall.forward(operation, precision), out: out, inputs: inputs)
    return out
  }

  func pullback(
    _ operation: CustomOperation, _ input: Int, _ inputs: [View], _ id: NodeID
  ) throws -> View {
    let out = allocate(frame.graph[id].shape, isBatched: isBatched(id), packed: true)
    emit(
      host: try HostCall.pullback(
        operation, input: input, elements: out.shape.count, precision), out: out, inputs: inputs)
    return out
  }

  /// Arguments: out, vectors in an element, its elements, number of inputs, then each input, its elements, and whether
  /// it is batched.
  func emit(host: HostCall, out: View, inputs: [View]) {
    let inputs = inputs.map(contiguous)
    let draft = Draft(ICL_OP_CALL, flags: flags(out: out))
    draft.call = host
    operand(out, to: draft)
    draft.append([vectors, out.shape.count, inputs.count])
    for input in inputs {
      operand(input, to: draft)
      draft.append([input.shape.count, input.isBatched ? 1 : 0])
    }
    emit(draft)
  }
}
