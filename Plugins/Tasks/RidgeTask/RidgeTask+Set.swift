import ICLKit

// A statistic over the set is one over a table of the run, whose row i belongs to prompt i.
extension RidgeTask {
  func checkSet() throws {
    let coordinates = dimension * outputDimension
    guard !whitenedTasks || setSize > coordinates else {
      throw KitError(
        "\(setSize) prompts cannot have the covariance of \(coordinates) coordinates: "
          + "whitened-tasks needs more prompts than that, as many as run.prompts",
        path: "set-size")
    }
    guard !centredInputs || setSize > 1 else {
      throw KitError(
        "centred-inputs needs a set of at least 2 prompts, as many as run.prompts",
        path: "set-size")
    }
    guard tasks == 0 || (!whitenedTasks && !hasFixedTask) else {
      throw KitError(
        "\(tasks) tasks of a run are neither whitened nor mixed with one more: give tasks=0, or "
          + "neither whitened-tasks nor in-context-fraction", path: "tasks")
    }
    guard drawn != .first || (!whitenedTasks && !hasFixedTask) else {
      throw KitError(
        "every prompt has the first task of the set: give drawn=set or fresh, or neither "
          + "whitened-tasks nor in-context-fraction", path: "drawn")
    }
  }

  /// The prompt's row of a table [P, …], [1]; prompts beyond P start again at the first.
  private func row(_ graph: Graph) -> Tensor {
    let index = graph.promptIndex()
    return index - Double(setSize) * (index / Double(setSize)).floor()
  }

  /// Unit normal inputs, [N + 1, D].
  func drawInputs(_ graph: Graph) -> Tensor {
    let shape = [contextLength + 1, dimension]
    guard centredInputs else { return graph.normal("ridge.x", shape, per: .prompt) }
    let table = graph.normal("ridge.set.x", [setSize, shape[0] * shape[1]])
    let mean = table.mean(axis: 0, keepAxis: true)
    return (table.gather(row(graph)) - mean).reshaped(shape)
  }

  /// A row of the table (W - mean) C^(-1/2), with C = covariance over the set, [1, D O].
  func drawWhitenedTask(_ graph: Graph) -> Tensor {
    let table = graph.normal("ridge.set.w", [setSize, dimension * outputDimension])
    let mean = table.mean(axis: 0, keepAxis: true)
    let centred = table - mean
    let covariance = einsum("pa,pb->ab", centred, centred) / Double(setSize - 1)
    return einsum(
      "pa,ab->pb", table.gather(row(graph)) - mean, covariance.inverseSquareRoot())
  }

  var hasFixedTask: Bool { inContextFraction < 1 }

  /// 1 where the prompt has the run's w, [1]: the prompts from ⌊p P⌋ on, or each with 1 - p.
  func drawIsFixed(_ graph: Graph) -> Tensor {
    guard setSize > 0 else {
      let u = graph.uniform("ridge.is-fixed-task", [1], per: .prompt)
      return 1 - u.less(than: graph.constant(inContextFraction))
    }
    // p = 0.3 of 10 prompts are 3, though 0.3 × 10 may round below.
    let own = (inContextFraction * Double(setSize) + 1e-9).rounded(.down)
    return 1 - row(graph).less(than: graph.constant(own))
  }

  /// The w that the run keeps, of norm τ √D in each output, [D, O].
  func fixedTask(_ graph: Graph) -> Tensor {
    let unit = graph.normal("ridge.fixed-task", [dimension, outputDimension])
    let norms = unit.squared().sum(axis: 0, keepAxis: true).squareRoot()
    return (priorVariance * Double(dimension)).squareRoot() * unit / norms
  }
}

extension Tensor {
  /// This [1] decides for a whole tensor.
  func choosing(_ ifNonzero: Tensor, else ifZero: Tensor) -> Tensor {
    reshaped([1, 1]).broadcast(to: ifZero.shape).select(ifNonzero, else: ifZero)
  }

  /// C^(-1/2) of a symmetric positive definite C [n, n].
  ///
  /// Denman and Beavers 1976: Y ← (Y + Z⁻¹)/2, Z ← (Z + Y⁻¹)/2 from Y = C, Z = I; Z converges
  /// quadratically. Covariances of samples are near I, and condition numbers to 10⁶ take 16 rounds.
  func inverseSquareRoot() -> Tensor {
    let identity = graph.constant([extent(0), extent(0)]) { $0[0] == $0[1] ? 1 : 0 }
    var (y, z) = (self, identity)
    for _ in 0..<16 {
      (y, z) = (0.5 * (y + z.solve(identity)), 0.5 * (z + y.solve(identity)))
    }
    return z
  }
}
