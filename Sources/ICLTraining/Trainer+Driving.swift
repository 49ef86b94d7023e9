import ICLEngine
import ICLPlugins

extension Trainer {
  /// Lets an optimizer drive: it asks for the loss and its gradient on one fixed batch.
  ///
  /// What it keeps meanwhile is its own, so nobody can go on from the middle: where `shouldStop`
  /// says so, it is given up with a failure of status `stopped`.
  func drive(
    shouldStop: () -> Bool = { false }, observe: (TrainingProgress) throws -> Void
  ) throws(Failure) -> (evaluations: Int, loss: Double) {
    let batch = try batch(0)
    var flat = parameters.names.indices.flatMap { parameters.values($0) }
    var evaluations = 0
    var loss = Double.nan
    try failing {
      let outcome = try optimizer.minimize(&flat) { values, gradient in
        if shouldStop() { return nil }
        set(Array(values))
        try program.run(batch)
        loss = program.values(of: 0)[0]
        evaluations += 1
        try observe(TrainingProgress(step: evaluations, steps: 0, loss: loss))
        var offset = 0
        for index in parameters.names.indices {
          let part = program.values(of: index + 1)
          for (place, value) in part.enumerated() { gradient[offset + place] = value }
          offset += part.count
        }
        return loss
      }
      if outcome == .cancelled {
        throw Failure(
          .stopped, "stopped while \(optimizer.component.id) was at evaluation \(evaluations).")
      }
      set(flat)
      try program.run(batch)
      loss = program.values(of: 0)[0]
    }
    try checkFinite(loss, batch, step: evaluations)
    return (evaluations, loss)
  }

  private func set(_ flat: [Double]) {
    var offset = 0
    for index in parameters.names.indices {
      let count = parameters.shapes[index].count
      parameters.set(index, Array(flat[offset..<(offset + count)]))
      offset += count
    }
  }
}
