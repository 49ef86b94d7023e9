import ICLEngine
import ICLPlugins

extension Trainer {
  /// Lets an optimizer drive: it asks for the loss and its gradient on one fixed batch.
  func drive(
    observe: (TrainingProgress) -> Void
  ) throws(Failure) -> (evaluations: Int, loss: Double) {
    let batch = try batch(0)
    var flat = parameters.names.indices.flatMap { parameters.values($0) }
    var evaluations = 0
    var loss = Double.nan
    try failing {
      try optimizer.minimize(&flat) { values, gradient in
        set(Array(values))
        try program.run(batch)
        loss = program.values(of: 0)[0]
        evaluations += 1
        observe(TrainingProgress(step: evaluations, steps: 0, loss: loss))
        var offset = 0
        for index in parameters.names.indices {
          let part = program.values(of: index + 1)
          for (place, value) in part.enumerated() { gradient[offset + place] = value }
          offset += part.count
        }
        return loss
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
