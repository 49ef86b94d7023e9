internal import ICLPlugins

extension Check {
  private static let differentiated = written + ["custom.double", "custom.gradient"]

  /// Operations that a plugin computes by itself, at the values that they meet in its graph.
  static let customChecks: [Check] = [
    Check(
      "custom.gradient", "pullbacks are the derivative, by central differences",
      fix: "input_gradients[k] = (d output / d input k)ᵀ output_gradient, for each prompt.",
      needs: written + ["custom.double"]
    ) { trial in
      try trial.everyCustom { custom in
        let gradients = try custom.pullback()
        var numbers = trial.numbers("custom")
        for (place, values) in custom.inputs.enumerated() {
          for _ in 0..<min(values.count, 12) {
            let element = numbers.index(below: values.count)
            let given = gradients[place][element]
            let (slope, error) = try difference(custom, place, element)
            if !(error <= 1e-6 * max(1, abs(given), abs(slope))) {
              return .failed(
                "\(custom.name): the gradient of input \(place), element \(element), is \(given), "
                  + "by central differences \(slope)")
            }
          }
        }
        return .passed("up to 12 elements an input, seven step sizes")
      }
    },
    Check(
      "custom.dot-test", "pullback and forward derivative are each other's transpose",
      fix: "A dot test fails where some elements of the gradient are wrong: try each input alone.",
      needs: differentiated
    ) { trial in
      try trial.everyCustom { custom in
        var numbers = trial.numbers("custom.dot")
        let gradients = try custom.pullback()
        let direction = custom.inputs.map { numbers.normal($0.count) }
        let pulled = zip(gradients, direction).reduce(0.0) { $0 + dot($1.0, $1.1) }
        var best = Double.infinity
        for step in [1e-3, 1e-4, 1e-5, 1e-6] {
          // Two central differences, extrapolated to order four.
          let wide = try slope(custom, direction, step)
          let narrow = try slope(custom, direction, step / 2)
          best = min(best, abs((4 * narrow - wide) / 3 - pulled))
        }
        return best <= 1e-7 * max(1, abs(pulled))
          ? .passed("equal to \(best)")
          : .failed("\(custom.name): the two differ by \(best), of \(pulled)")
      }
    },
    Check(
      "custom.linearity", "a pullback is linear in the output's gradient",
      fix: "The output's gradient is a factor: no thresholds, and nothing added.",
      needs: differentiated
    ) { trial in
      try trial.everyCustom { custom in
        var numbers = trial.numbers("custom.linear")
        let a = numbers.normal(custom.outputs)
        let b = numbers.normal(custom.outputs)
        let parts = try (custom.pullback(a), custom.pullback(b))
        let whole = try custom.pullback(zip(a, b).map { 2 * $0 - 3 * $1 })
        for (place, values) in whole.enumerated() {
          for (index, value) in values.enumerated() {
            let sum = 2 * parts.0[place][index] - 3 * parts.1[place][index]
            if !close(value, sum, 1e-10) {
              return .failed("\(custom.name): of 2a - 3b it is \(value), and should be \(sum)")
            }
          }
        }
        return .passed("2a - 3b")
      }
    },
    Check(
      "custom.single", "the 32-bit forms agree with the 64-bit forms",
      fix: "Compute in double inside, or sum in a better order.",
      needs: written
    ) { trial in
      try trial.everyCustom { custom in
        guard let single = try custom.forwardSingle() else {
          throw Inapplicable(reason: "'\(custom.operation.name)' has no 32-bit forms")
        }
        var numbers = trial.numbers("custom.single")
        let moved = (0..<4).map { _ in
          custom.inputs.map { numbers.moving($0, by: Rounding.single) }
        }
        let size = custom.inputs.reduce(0) { $0 + $1.count } / max(custom.count, 1)
        var said: [String] = []
        func compare(_ what: String, _ rounding: Rounding) throws {
          said.append("\(what) by \(rounding.words)")
          guard rounding.holds else {
            throw Finding(
              sentence: "\(custom.name): the \(what) differs by \(rounding.words), of values up to "
                + "\(rounding.scale)")
          }
        }
        try compare(
          "output",
          Rounding(
            single: single.map { Double($0) }, double: custom.forward(),
            moved: moved.map { try custom.forward($0) }, operations: size))
        if let gradients = try custom.pullbackSingle() {
          let double = try custom.pullback()
          let others = try moved.map { try custom.moved(to: $0).pullback() }
          for place in double.indices {
            try compare(
              "gradient of input \(place)",
              Rounding(
                single: gradients[place].map { Double($0) }, double: double[place],
                moved: others.map { $0[place] }, operations: size))
          }
        }
        return .passed(said.joined(separator: ", "))
      }
    },
    Check(
      "custom.double", "the 64-bit forms compute in double precision",
      fix: "Keep intermediate values in double; call tanh, not tanhf.", needs: written
    ) { trial in
      try trial.everyCustom { custom in
        var numbers = trial.numbers("custom.double")
        let signs = custom.inputs.map { numbers.uniform($0.count).map { $0 < 0.5 ? -1.0 : 1 } }
        func at(_ step: Double) throws -> [[Double]] {
          let inputs = zip(custom.inputs, signs).map { zip($0, $1).map { $0 * (1 + step * $1) } }
          let moved = custom.moved(to: inputs)
          let output = try moved.forward()
          return [output] + (custom.operation.pullback == nil ? [] : try moved.pullback())
        }
        let middle = try at(0)
        var roughness = middle.map { _ in Roughness() }
        for step in Roughness.steps {
          let (above, below) = try (at(step), at(-step))
          for place in middle.indices {
            roughness[place].add(middle[place], above[place], below[place])
          }
        }
        for (place, roughness) in roughness.enumerated() {
          guard let excess = roughness.excess else { continue }
          let what = place == 0 ? "output" : "gradient of input \(place - 1)"
          return .failed(
            "\(custom.name): the \(what) jumps by \(excess) of itself where inputs move by 2^-22")
        }
        return .passed("outputs and gradients move smoothly")
      }
    },
    Check(
      "custom.batch", "each prompt of a custom operation is computed by itself",
      fix: "Input k holds count tensors one behind the other: step by its elements.",
      needs: written + ["numerics.batch"]
    ) { trial in
      try trial.everyCustom { custom in
        let whole = try custom.forward()
        var part = custom
        part.count = 1
        let size = whole.count / custom.count
        for prompt in 0..<custom.count {
          part.inputs = custom.inputs.map {
            let elements = $0.count / custom.count
            return Array($0[prompt * elements..<(prompt + 1) * elements])
          }
          let alone = try part.forward()
          if alone.map(\.bitPattern) != whole[prompt * size..<(prompt + 1) * size].map(\.bitPattern)
          {
            return .failed("\(custom.name): prompt \(prompt) alone gives another result")
          }
        }
        return .passed("alone as in a batch of \(custom.count)")
      }
    },
  ]

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Of the output, weighted, along a direction in all inputs.
  private static func slope(
    _ custom: CustomTrial, _ direction: [[Double]], _ step: Double
  ) throws -> Double {
    func value(_ sign: Double) throws -> Double {
      let moved = zip(custom.inputs, direction).map { zip($0, $1).map { $0 + sign * step * $1 } }
      return dot(try custom.forward(moved), custom.gradient)
    }
    return try (value(1) - value(-1)) / (2 * step)
  }

  /// Of one element: the central difference that is nearest to the pullback's, and how far it is.
  private static func difference(
    _ custom: CustomTrial, _ place: Int, _ element: Int
  ) throws -> (slope: Double, error: Double) {
    let given = try custom.pullback()[place][element]
    var best = (slope: 0.0, error: Double.infinity)
    for exponent in 2...8 {
      let step = pow10(-exponent) * max(1, abs(custom.inputs[place][element]))
      func value(_ sign: Double) throws -> Double {
        var moved = custom.inputs
        moved[place][element] += sign * step
        return dot(try custom.forward(moved), custom.gradient)
      }
      let slope = try (value(1) - value(-1)) / (2 * step)
      if abs(slope - given) < best.error { best = (slope, abs(slope - given)) }
    }
    return best
  }

  private static func pow10(_ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1.0) { value, _ in exponent < 0 ? value / 10 : value * 10 }
  }
}
