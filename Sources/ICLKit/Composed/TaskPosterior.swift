extension Graph {
  /// The finite set of linear tasks of the task `ridge`, [M, D, O]: the first M of one sequence of a
  /// run, each entry N(0, prior variance).
  ///
  /// Whoever declares it, in whatever graph of the run, gets the same tasks: they are the random
  /// stream "ridge.tasks". The signature's property `tasks` is M.
  public func taskSet(count: Int, inputs: Int, outputs: Int, priorVariance: Double) -> Tensor {
    priorVariance.squareRoot() * normal("ridge.tasks", [count, inputs, outputs])
  }

  /// The posterior mean over equally likely linear tasks at the scored positions, [positions, O].
  ///
  /// At position k, with the pairs j < k (at the query: all N):
  ///     p_m ∝ exp(-1/(2σ²) Σ_j |y_j - w_mᵀ x_j|²),   prediction Σ_m p_m w_mᵀ x_k.
  /// tasks [M, D, O]; noiseVariance σ² has one element and must be above 0. Logits are differences
  /// to the largest, so that they neither overflow nor all vanish.
  public func taskPosterior(
    for task: Signature, tasks: Tensor, noiseVariance: Tensor
  ) -> Tensor {
    let n = task.contextLength
    let x = input("x")
    let y = input("y")
    let precision = (0.5 / noiseVariance).reshaped([1])
    let start = zeros([tasks.extent(0)])
    let observed = scan(
      initial: [start], sequences: [x[0..<n], y], shared: [tasks, precision],
      outputs: task.scoring == .query ? 0 : 1
    ) { step in
      let predicted = einsum("d,mdo->mo", step.slices[0], step.shared[0])
      let mean = einsum("m,mo->o", step.carries[0].softmax(), predicted)
      let misfit = (step.slices[1] - predicted).squared().sum(axis: -1)
      return (
        [step.carries[0] - step.shared[1] * misfit], task.scoring == .query ? [] : [mean]
      )
    }
    let last = einsum("pd,mdo->pmo", x[n..<n + 1], tasks)
    let prediction = einsum("m,pmo->po", observed.carries[0].softmax(), last)
    return task.scoring == .query
      ? prediction : concatenate([observed.outputs[0], prediction], axis: 0)
  }
}
