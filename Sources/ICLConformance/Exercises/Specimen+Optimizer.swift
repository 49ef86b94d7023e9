internal import CICL
internal import ICLPlugins

extension Specimen {
  var drives: Bool { component.optimizerTable?.minimize != nil }

  /// Three steps of two tensors in both precisions, or a minimisation.
  func exerciseOptimizer(_ plan: Exercise) throws -> Transcript {
    var transcript = Transcript()
    if drives {
      let (start, end) = try minimize()
      transcript.add("start", start)
      transcript.add("minimum", end)
      return transcript
    }
    for count in [1, 7] {
      for value in try steps(3, count: count, as: Double.self) {
        transcript.add("double", value)
      }
      for value in try steps(3, count: count, as: Float.self) { transcript.add("single", value) }
    }
    return transcript
  }

  /// Parameters after each of some steps.
  ///
  /// - Parameters:
  ///   - moving: start and gradients are moved by this fraction of themselves,
  ///   - along: in one of several directions.
  func steps<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    _ steps: Int, count: Int, as type: Scalar.Type, scale: Double = 1, start: Double? = nil,
    moving: Double = 0, along: Int = 0
  ) throws -> [[Scalar]] {
    guard let table = component.optimizerTable, let step = table.step else {
      throw Inapplicable(reason: "it takes no steps")
    }
    var numbers = trial.numbers("optimizer")
    var moves = trial.numbers("optimizer.moves.\(along)")
    func given(_ values: [Double]) -> [Scalar] {
      (moving == 0 ? values : moves.moving(values, by: moving)).map { Scalar($0) }
    }
    let parameters = trial.input("parameters", given(numbers.normal(count).map { start ?? $0 }))
    let state = (0..<Int(table.state_count)).map {
      trial.input("state \($0)", [Scalar](repeating: 0, count: count))
    }
    var results: [[Scalar]] = []
    for number in 1...steps {
      let gradients = trial.input("gradients", given(numbers.normal(count).map { $0 * scale }))
      var raw = icl_update()
      raw.element_type = MemoryLayout<Scalar>.size == 4 ? ICL_F32 : ICL_F64
      raw.step = UInt64(number)
      raw.learning_rate_scale = 1
      raw.count = UInt64(count)
      raw.parameters = parameters.address
      raw.gradients = UnsafeRawPointer(gradients.address)
      raw.state = UnsafePointer(
        trial.input("the table of states", state.map { Optional($0.address) }).address
          .assumingMemoryBound(to: UnsafeMutableRawPointer?.self))
      raw.name = trial.text("layers.0.weights")
      raw.extents = UnsafePointer(
        trial.input("extents", [UInt64(count)]).address.assumingMemoryBound(to: UInt64.self))
      raw.rank = 1
      let update = trial.structure("the icl_update", raw)
      try trial.watching(label("step"), [("gradients", gradients)]) {
        try trial.status(label("step")) { error in step(pointer, update, error) }
      }
      results.append(parameters.values())
    }
    return results
  }

  /// Parameters of 2^-1060 after a step with a gradient of zero.
  func stepOfSubnormals() throws -> [Double] {
    try steps(1, count: 5, as: Double.self, scale: 0, start: 0x1p-1060)[0]
  }

  /// ½ Σ a_i (p_i - b_i)², a from 1 to 4: where it starts, and where the optimizer ends.
  func minimize() throws -> (start: [Double], end: [Double]) {
    guard let minimize = component.optimizerTable?.minimize else {
      throw Inapplicable(reason: "it does not drive the run")
    }
    let start = [1.0, -2, 0.5, 3]
    let parameters = trial.input("parameters", start)
    let quadratic = Quadratic()
    let objective = trial.structure("the icl_objective", quadratic.table)
    try trial.status(label("minimize")) { error in
      withExtendedLifetime(quadratic) {
        minimize(
          pointer, objective, parameters.address.assumingMemoryBound(to: Double.self), error)
      }
    }
    return (start, parameters.values())
  }
}

/// A convex function, for optimizers that drive.
final class Quadratic {
  static let curvature = [1.0, 2, 3, 4]
  static let minimum = [0.5, 1, -1, 2]
  private var left = 2000

  static func loss(_ parameters: [Double]) -> Double {
    zip(zip(curvature, minimum), parameters).reduce(0) {
      let distance = $1.1 - $1.0.1
      return $0 + $1.0.0 * distance * distance / 2
    }
  }

  var table: icl_objective {
    icl_objective(
      struct_size: UInt32(MemoryLayout<icl_objective>.size), reserved: 0,
      state: Unmanaged.passUnretained(self).toOpaque(), count: 4,
      evaluate: { state, parameters, loss, gradient in
        guard let state, let parameters else { return ICL_INVALID }
        let quadratic = Unmanaged<Quadratic>.fromOpaque(state).takeUnretainedValue()
        quadratic.left -= 1
        guard quadratic.left >= 0 else { return ICL_CANCELLED }
        let values = Array(UnsafeBufferPointer(start: parameters, count: 4))
        loss?.pointee = Quadratic.loss(values)
        for index in 0..<4 {
          gradient?[index] =
            Quadratic.curvature[index] * (values[index] - Quadratic.minimum[index])
        }
        return ICL_OK
      })
  }
}
