internal import ICLEngine
internal import ICLGraph
internal import ICLPlugins

extension Check {
  static let written = steady + ["numerics.written"]

  /// What is computed.
  static let numericChecks: [Check] = [
    Check(
      "numerics.written", "every value of every output is written",
      fix: "Write all count × elements values, also those that are zero.", needs: runs
    ) { trial in
      // What is left as it was shows which of two fillings was there.
      var first: [Transcript] = []
      trial.layout.poison = .nan
      _ = try trial.exerciseAll { first.append($1) }
      trial.layout.poison = -3.0e7
      var index = 0
      return try trial.exerciseAll { _, transcript in
        defer { index += 1 }
        for (a, b) in zip(first[index].entries, transcript.entries) {
          let left = zip(a.values, b.values).enumerated().first {
            $0.element.0.isNaN && Float($0.element.1) == -3.0e7
          }
          if let left {
            throw Finding(sentence: "value \(left.offset) of '\(a.name)' is not written")
          }
        }
      }
    },
    Check(
      "numerics.finite", "results for ordinary prompts are finite",
      fix: "Look for divisions by zero, logarithms of zero and exponentials of large numbers.",
      needs: written
    ) { trial in
      try trial.exerciseAll { specimen, transcript in
        // A metric may report that something is not known.
        guard specimen.component.kind != .metric else { return }
        for entry in transcript.entries {
          if let index = entry.values.firstIndex(where: { !$0.isFinite }) {
            throw Finding(
              sentence: "value \(index) of '\(entry.name)' is \(entry.values[index])")
          }
        }
      }
    },
    Check(
      "numerics.causality", "later pairs do not change earlier predictions",
      fix: "Position k is predicted from x[0...k] and y[0..<k] alone: mask the rest.",
      needs: written
    ) { trial in
      try eachModel(trial) { specimen in
        let (prompts, before) = try specimen.prompts(count: 3, [.everyPrefix])
        let signature = prompts.signature
        guard let x = prompts.tensors["x"], let y = prompts.tensors["y"] else {
          throw Inapplicable(reason: "the prompts that it takes have no pairs")
        }
        let n = signature.contextLength
        let (d, o) = (signature.inputDimension, signature.outputDimension)
        for cut in [0, n / 2, n - 1] {
          var changed = prompts
          // Rows after the cut of x, and from the cut on of y, are those of the next prompt.
          for prompt in 0..<prompts.count {
            let other = (prompt + 1) % prompts.count
            for index in (cut + 1) * d..<(n + 1) * d {
              changed.tensors["x"]![prompt * (n + 1) * d + index] = x[other * (n + 1) * d + index]
            }
            for index in cut * o..<n * o {
              changed.tensors["y"]![prompt * n * o + index] = y[other * n * o + index]
            }
          }
          let after = try specimen.predictions(changed)
          for prompt in 0..<prompts.count {
            for index in 0..<(cut + 1) * o {
              let place = prompt * (n + 1) * o + index
              guard !close(before[place], after[place], 1e-9) else { continue }
              return .failed(
                "with other pairs after position \(cut), the prediction at position "
                  + "\(index / o) is \(after[place]) and was \(before[place])")
            }
          }
        }
        return .passed("three cuts, \(prompts.source)")
      }
    },
    Check(
      "numerics.batch", "a prompt's result does not depend on the prompts beside it",
      fix: "Compute each prompt from its own inputs, in an order of its own.", needs: written
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        switch component.kind {
        case .model:
          let (prompts, together) = try specimen.prompts(count: 7)
          let size = prompts.signature.targetShape.count
          for order in [[3], [6, 5, 4, 3, 2, 1, 0], [0, 0, 5]] {
            let values = try specimen.predictions(prompts.picking(order))
            for (place, prompt) in order.enumerated() {
              let a = values[place * size..<(place + 1) * size]
              let b = together[prompt * size..<(prompt + 1) * size]
              if zip(a, b).contains(where: { $0.bitPattern != $1.bitPattern }) {
                return .failed(
                  "prompt \(prompt) gives \(Array(a.prefix(2))) among \(order.count) prompts, and "
                    + "\(Array(b.prefix(2))) among 7")
              }
            }
          }
        case .task:
          let task = try specimen.task()
          let together = try specimen.draw(task, first: 0, count: 7)
          for (first, count) in [(3, 1), (2, 5)] {
            let alone = try specimen.draw(task, first: first, count: count)
            let part = together.picking(Array(first..<first + count))
            for tensor in task.signature.tensors
            where alone.tensors[tensor.name]!.map(\.bitPattern)
              != part.tensors[tensor.name]!.map(\.bitPattern)
            {
              return .failed(
                "'\(tensor.name)' of prompt \(first) is another alone than in a batch")
            }
          }
        case .metric, .optimizer: throw Inapplicable(reason: "it has no prompts of its own")
        }
        return .passed("alone, in reverse and repeated, bit for bit")
      }
    },
    Check(
      "numerics.precision", "results are as exact as single and double precision allow",
      fix:
        "Compute in double where values are double; sum in a better order; subtract nothing that "
        + "is nearly equal.",
      needs: written + ["numerics.finite", "custom.single", "custom.double"]
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        switch component.kind {
        case .model: return try precision(ofModel: specimen)
        case .optimizer: return try precision(ofOptimizer: specimen)
        case .task, .metric: throw Inapplicable(reason: "what it computes has no second way")
        }
      }
    },
    Check(
      "numerics.subnormals", "very small numbers are not flushed to zero by it",
      fix: "Set no flush-to-zero, not even for the time of a call: host functions run in it, too.",
      needs: steady + ["binary.floating-point", "custom.double"]
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        switch component.kind {
        case .optimizer where !specimen.drives:
          let after = try specimen.stepOfSubnormals()
          guard after.allSatisfy({ $0 != 0 }) else {
            return .failed("a step without gradient makes parameters of 2^-1060 zero")
          }
          return .passed("parameters of 2^-1060 are not zero after a step")
        case .model where !specimen.predictsByItself:
          let (prompts, built) = try trial.accepted(specimen, count: 2) {
            try specimen.build($0.signature)
          }
          for custom in built.customs {
            if let finding = try CustomTrial(specimen, built, custom, prompts).flushing {
              return .failed(finding)
            }
          }
          guard !built.customs.isEmpty else {
            throw Inapplicable(reason: "its graph has no custom operations")
          }
          return .passed("custom operations see inputs of 2^-1050")
        default:
          throw Inapplicable(reason: "it has no function of which the result would be so small")
        }
      }
    },
    Check(
      "numerics.gradient", "the gradient of a model's loss is that of central differences",
      fix: "If it has custom operations, look at their pullbacks.",
      needs: written + ["numerics.finite", "custom.gradient"]
    ) { trial in
      try eachModel(trial) { specimen in
        guard !specimen.predictsByItself else {
          throw Inapplicable(reason: "it has no parameters to train")
        }
        let (prompts, built) = try trial.accepted(specimen, count: 3) {
          try specimen.build($0.signature)
        }
        return try gradientVerdict(trial, built, prompts)
      }
    },
    Check(
      "numerics.oracle", "no prediction of zero is better than the task's oracle",
      fix: "The oracle is the best prediction that can be made: look at its noise and prior.",
      needs: written + ["numerics.finite"]
    ) { trial in
      try trial.everyComponent { component in
        guard component.kind == .task else { throw Inapplicable(reason: "it is no task") }
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        let task = try specimen.task()
        guard task.hasOracle else { throw Inapplicable(reason: "it has no oracle") }
        let prompts = try specimen.draw(task, first: 0, count: 1000)
        let zeros = [Double](repeating: 0, count: prompts.tensors["target"]!.count)
        let (losses, oracle) = try specimen.losses(task, prompts, predictions: zeros)
        let differences = zip(oracle!, losses).map { $0 - $1 }
        let mean = differences.reduce(0, +) / Double(differences.count)
        let variance =
          differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(differences.count)
        let error = (variance / Double(prompts.count)).squareRoot()
        return mean <= 4 * error + 1e-9
          ? .passed("the oracle's loss is below that of zero by \(-mean)")
          : .failed("its loss is above that of zero by \(mean) ± \(error)")
      }
    },
    Check(
      "numerics.minimum", "an optimizer that drives finds the minimum of a quadratic function",
      fix: "Look at the line search, and at what it does with the last point.", needs: steady
    ) { trial in
      try trial.everyComponent { component in
        guard component.kind == .optimizer else {
          throw Inapplicable(reason: "it is no optimizer")
        }
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        let (start, end) = try specimen.minimize()
        let (before, after) = (Quadratic.loss(start), Quadratic.loss(end))
        return after < 1e-3 * before
          ? .passed("from \(before) to \(after)")
          : .failed("it goes from \(before) to \(after); the minimum is 0")
      }
    },
  ]

  static func eachModel(
    _ trial: Trial, _ body: (Specimen) throws -> Verdict
  ) throws -> Verdict {
    try trial.everyComponent { component in
      guard component.kind == .model else { throw Inapplicable(reason: "it is no model") }
      let specimen = try Specimen(trial, component)
      defer { specimen.destroy() }
      return try body(specimen)
    }
  }

  static func close(_ a: Double, _ b: Double, _ bound: Double) -> Bool {
    a.bitPattern == b.bitPattern || abs(a - b) <= bound * max(1, abs(a), abs(b))
  }

  /// Along random directions in all parameters, at several step sizes, of which the best counts.
  private static func gradientVerdict(
    _ trial: Trial, _ built: BuiltModel, _ prompts: Prompts
  ) throws -> Verdict {
    var built = built
    guard !built.graph.parameters.isEmpty else {
      throw Inapplicable(reason: "it has no parameters to train")
    }
    let square = built.graph.unary(.square, built.predictions)
    let sum = try built.graph.reduce(.mean, square, axes: [0, 1])
    let loss = built.graph.batchSum(sum)
    let targets = built.graph.parameters.map(\.node)
    let gradients = try built.graph.gradients(of: loss, for: targets)
    let store = try ParameterStore(built.graph, seed: trial.seed, precision: .double)
    let start = store.names.indices.map { store.values($0) }
    func number(_ values: [[Double]]) throws -> Double {
      for index in values.indices { store.set(index, values[index]) }
      return try run([loss])[0][0]
    }
    func run(_ roots: [NodeID]) throws -> [[Double]] {
      let program = try Program(
        built.graph, roots: roots, seed: trial.seed,
        configuration: EngineConfiguration(precision: .double), parameters: store)
      try program.run(
        Program.Batch(
          step: 0, firstPrompt: 0, count: prompts.count, weight: 1, inputs: prompts.tensors))
      return roots.indices.map { program.values(of: $0) }
    }
    let slopes = try run(gradients)
    var numbers = trial.numbers("gradient")
    for _ in 0..<2 {
      let direction = start.map { numbers.normal($0.count) }
      let expected = zip(slopes, direction).reduce(0.0) { sum, pair in
        zip(pair.0, pair.1).reduce(sum) { $0 + $1.0 * $1.1 }
      }
      var best = Double.infinity
      var nearest = 0.0
      for step in [1e-3, 1e-4, 1e-5, 1e-6, 1e-7] {
        func moved(_ sign: Double) -> [[Double]] {
          zip(start, direction).map { zip($0, $1).map { $0 + sign * step * $1 } }
        }
        let slope = try (number(moved(1)) - number(moved(-1))) / (2 * step)
        if abs(slope - expected) < best { (best, nearest) = (abs(slope - expected), slope) }
      }
      if !(best <= 1e-5 * max(abs(expected), 1e-3)) {
        return .failed("the slope is \(expected), by central differences \(nearest)")
      }
    }
    return .passed("two directions, five step sizes, \(prompts.source)")
  }
}
