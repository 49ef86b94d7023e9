import ICLGraph

extension Operation {
  /// The value for one prompt. Leaves, scans, custom operations and sums over prompts are not
  /// values of one prompt's operands: `Evaluation` computes them.
  func reference(_ operands: [ReferenceTensor], _ shape: Shape) -> [Double] {
    switch self {
    case .unary(let operation): return operands[0].values.map { referenceUnary(operation, $0) }
    case .binary(let operation):
      return zip(operands[0].values, operands[1].values).map { referenceBinary(operation, $0, $1) }
    case .select:
      return operands[0].values.indices.map {
        operands[0].values[$0] != 0 ? operands[1].values[$0] : operands[2].values[$0]
      }
    case .einsum(let spec): return referenceEinsum(spec, operands, shape)
    case .reduce(let reduction, let axes):
      return referenceReduce(reduction, axes, operands[0], shape)
    case .firstMaximum(let axes): return referenceFirstMaximum(axes, operands[0])
    case .reshape, .transpose, .slice, .concatenate, .pad, .broadcast, .gather, .scatterAdd:
      return referenceMove(operands, shape)
    case .softmax(let axis, _):
      return referenceSoftmax(operands[0], mask: operands.dropFirst().first, axis)
    case .cumulativeSum(let axis, let exclusive, let reverse):
      return referenceCumulativeSum(operands[0], axis, exclusive: exclusive, reverse: reverse)
    case .linearRecurrence(let reverse, _): return referenceRecurrence(operands, reverse: reverse)
    case .solve: return referenceSolve(operands[0], operands[1])
    case .cholesky: return referenceCholesky(operands[0])
    case .input, .parameter, .constant, .random, .promptWeight, .batchSum, .scan, .result,
      .custom, .customPullback:
      fatalError("\(self) has no operands of one prompt")
    }
  }
}
