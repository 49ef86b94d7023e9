internal import ICLEngine
internal import ICLGraph
internal import ICLPlugins

extension Check {
  /// A graph in single precision against the same in double; and the double path alone, which must be
  /// smoother than single numbers can be.
  static func precision(ofModel specimen: Specimen) throws -> Verdict {
    let trial = specimen.trial
    var numbers = trial.numbers("precision")
    let (prompts, middle) = try specimen.prompts(count: 5)
    var roughness = Roughness()
    for step in Roughness.steps {
      let direction = prompts.directions(&numbers)
      let sides = try [step, -step].map {
        try specimen.predictions(prompts.moved(along: direction, by: $0))
      }
      roughness.add(middle, sides[0], sides[1])
    }
    if let excess = roughness.excess {
      return .failed(
        "its predictions jump by \(excess) of themselves where a prompt moves by 2^-22; computed in "
          + "double precision they would move smoothly")
    }
    guard !specimen.predictsByItself else {
      return .passed(
        roughness.isKnown
          ? "predictions move smoothly with the prompt" : "predictions do not move with the prompt")
    }
    let built = try specimen.build(prompts.signature)
    let store = try ParameterStore(built.graph, seed: trial.seed, precision: .double)
    let exact = store.names.indices.map { store.values($0) }
    func run(_ prompts: Prompts, _ precision: Precision, _ values: [[Double]]) throws -> [Double] {
      let parameters = ParameterStore(
        names: store.names, shapes: store.shapes, precision: precision)
      for (index, values) in values.enumerated() { parameters.set(index, values) }
      return try built.values(
        of: [built.predictions], prompts, seed: trial.seed, precision: precision,
        parameters: parameters)[0]
    }
    let moved = try (0..<4).map { _ in
      let parameters = exact.map { numbers.moving($0, by: Rounding.single) }
      return try run(
        prompts.moved(along: prompts.directions(&numbers), by: Rounding.single), .double, parameters
      )
    }
    let rounding = Rounding(
      single: try run(prompts, .single, exact), double: try run(prompts, .double, exact),
      moved: moved, operations: built.operations)
    return rounding.holds
      ? .passed("single and double precision differ by \(rounding.words)")
      : .failed(
        "in single precision a prediction differs by \(rounding.words), of values up to "
          + "\(rounding.scale)")
  }

  /// Three steps in both precisions; and in double, from starts that hardly differ.
  static func precision(ofOptimizer specimen: Specimen) throws -> Verdict {
    func run<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
      _ type: Scalar.Type, moving: Double = 0, along: Int = 0
    ) throws -> [Double] {
      try specimen.steps(3, count: 7, as: type, moving: moving, along: along).last!
        .map { Double($0) }
    }
    let double = try run(Double.self)
    var roughness = Roughness()
    for (along, step) in Roughness.steps.enumerated() {
      let sides = try [step, -step].map { try run(Double.self, moving: $0, along: along) }
      roughness.add(double, sides[0], sides[1])
    }
    if let excess = roughness.excess {
      return .failed(
        "parameters of 64 bits jump by \(excess) of themselves where it starts 2^-22 beside; "
          + "computed in double precision they would move smoothly")
    }
    let rounding = Rounding(
      single: try run(Float.self), double: double,
      moved: try (1...4).map { try run(Double.self, moving: Rounding.single, along: $0) },
      // Three steps of ten operations or so.
      operations: 30)
    return rounding.holds
      ? .passed("single and double precision differ by \(rounding.words)")
      : .failed("in single precision a parameter differs by \(rounding.words)")
  }
}

extension Prompts {
  /// A sign for every value of the inputs.
  func directions(_ numbers: inout Numbers) -> [[Double]] {
    signature.inputs.map {
      numbers.uniform(tensors[$0.name]!.count).map { $0 < 0.5 ? -1.0 : 1 }
    }
  }

  /// Inputs moved by a fraction of themselves.
  func moved(along directions: [[Double]], by fraction: Double) -> Prompts {
    var copy = self
    for (input, signs) in zip(signature.inputs, directions) {
      copy.tensors[input.name] = zip(tensors[input.name]!, signs).map { $0 * (1 + fraction * $1) }
    }
    return copy
  }
}

extension BuiltModel {
  /// One after the other on the way to a prediction, at most: nodes, and what is summed in them.
  var operations: Int {
    graph.reachable(from: [predictions]).reduce(0) { sum, id in
      sum + (graph[id].inputs.map { graph.shape(of: $0).extents.max() ?? 1 }.max() ?? 1)
    }
  }
}
