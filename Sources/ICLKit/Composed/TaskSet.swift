extension Graph {
  /// The finite set of linear tasks of the task `ridge`, [M, D, O]: the first M of one sequence,
  /// each entry N(0, prior variance).
  ///
  /// Whoever declares it, in whatever graph of the run, gets the same tasks: they are the random
  /// stream "ridge.tasks" of the run; or, with a seed of the pool, the normals of SplitMix64 with
  /// that seed, row-major, which are the same in every run.
  public func taskSet(
    count: Int, inputs: Int, outputs: Int, priorVariance: Double, poolSeed: UInt64? = nil
  ) -> Tensor {
    let shape = [count, inputs, outputs]
    guard let poolSeed else {
      return priorVariance.squareRoot() * normal("ridge.tasks", shape)
    }
    guard count <= (1 << 28) / (inputs * outputs) else {
      return fail("task set: \(shape) holds more than 2^28 elements")
    }
    let deviation = priorVariance.squareRoot()
    let values = SplitMix64.normals(seed: poolSeed, shape.reduce(1, *))
    return constant(values.map { deviation * $0 }, shape)
  }

  /// The set that a signature speaks of; nil if it has no property `tasks`.
  ///
  /// Errors: the signature does not say its `prior-variance`.
  public func taskSet(of task: Signature) throws -> Tensor? {
    guard let count = task.properties["tasks"], count >= 1 else { return nil }
    guard let prior = task.properties["prior-variance"] else {
      throw KitError("the task does not say its prior-variance", path: "prior-variance")
    }
    return taskSet(
      count: Int(count), inputs: task.inputDimension, outputs: task.outputDimension,
      priorVariance: prior, poolSeed: task.properties["pool-seed"].map { UInt64($0) })
  }
}
