import ICLGraph
import ICLPlugins
import Testing

/// Predictors, metrics and optimizers.
@Suite struct InstanceTests {
  private let components: Components
  private let signature: Signature

  init() throws {
    components = try Components()
    signature = try components.component("declared").makeTask().signature
  }

  @Test func aPredictorPredicts() throws {
    let model = try components.component("last-label").makeModel()
    #expect(model.predictsByItself)
    let y: [Double] = [1, 2, 3, 4, 5, 6]
    let x = [Double](repeating: 0, count: 16)
    #expect(try model.predict(signature: signature, count: 2, inputs: [x, y]) == [3, 6])
    let short = try #require(
      refusal { _ = try model.predict(signature: signature, count: 2, inputs: [x]) })
    #expect(short.code == .badArgument)
    #expect(
      short.message == "model 'last-label': predict needs inputs of [16, 6] values, got [16].")
    var graph = Graph()
    #expect(
      refusal { _ = try model.build(in: &graph, scope: PromptScope(), signature: signature) }?.code
        == .notOffered)
  }

  private func chunk(_ losses: [Double], _ latents: [Double]) -> EvaluationChunk {
    EvaluationChunk(
      count: losses.count, predictions: losses, targets: losses, losses: losses,
      latents: ["w": latents],
      inputs: ["y": losses.flatMap { [0, 0, 100 * $0] }])
  }

  @Test func aMetricGathersChunks() throws {
    let metric = try components.component("sums").makeMetric()
    #expect(metric.needs == [.latents, .inputs])
    #expect(refusal { _ = try metric.finish() }?.message == "metric 'sums': finish without begin.")
    for _ in 0..<2 {
      try metric.begin(signature)
      try metric.accumulate(chunk([1, 2], [1, 10, 2, 20]))
      try metric.begin(signature)  // The first is given up.
      try metric.accumulate(chunk([1, 2], [1, 10, 2, 20]))
      try metric.accumulate(chunk([6], [3, 30]))
      let values = try metric.finish()
      #expect(
        values == [
          MetricValues(name: "loss", values: [3], standardErrors: [0]),
          MetricValues(name: "latents", axis: "dimension", firstIndex: 5, values: [6, 60]),
          MetricValues(name: "inputs", values: [900]),
          MetricValues(name: "open", values: [1]),
        ])
    }
    try metric.begin(signature)
    let wrong = try #require(refusal { try metric.accumulate(chunk([1, 2], [1, 2, 3])) })
    #expect(wrong.code == .badArgument)
    metric.abandon()
    #expect(refusal { _ = try metric.finish() } != nil)
  }

  @Test func aReportWithoutANameIsRefused() throws {
    let metric = try components.component("nameless").makeMetric()
    try metric.begin(signature)
    let error = try #require(refusal { _ = try metric.finish() })
    #expect(
      error.message == "metric 'nameless': finish: a report's name is NULL, empty or not UTF-8.")
  }

  @Test func anOptimizerTakesSteps() throws {
    let optimizer = try components.component("momentum").makeOptimizer()
    #expect(optimizer.stateCount == 1 && !optimizer.drives)
    func run<Scalar: BinaryFloatingPoint>(
      _ type: OptimizerInstance.ElementType, _: Scalar.Type
    ) throws -> [Scalar] {
      var parameters: [Scalar] = [1, 2, 3, 4]
      var gradients: [Scalar] = [1, 0, -1, 2]
      var state: [Scalar] = [0, 0, 0, 0]
      try parameters.withUnsafeMutableBytes { parameters in
        try gradients.withUnsafeMutableBytes { gradients in
          try state.withUnsafeMutableBytes { state in
            for step: UInt64 in 1...2 {
              try optimizer.step(
                .init(
                  name: "w", shape: [2, 2], elementType: type, step: step, learningRateScale: 0.5,
                  parameters: parameters.baseAddress!,
                  gradients: UnsafeRawPointer(gradients.baseAddress!),
                  state: [state.baseAddress!]))
            }
          }
        }
      }
      return parameters
    }
    // Steps of 0.5 g and 0.75 g.
    #expect(try run(.single, Float.self) == [-0.25, 2, 4.25, 1.5])
    #expect(try run(.double, Double.self) == [-0.25, 2, 4.25, 1.5])
  }

  @Test func aStepThatFailsSaysWhy() throws {
    let optimizer = try components.component("momentum").makeOptimizer()
    var value = 0.0
    let error = withUnsafeMutableBytes(of: &value) { bytes in
      refusal {
        try optimizer.step(
          .init(
            name: "v", shape: [1], elementType: .double, step: 1, parameters: bytes.baseAddress!,
            gradients: UnsafeRawPointer(bytes.baseAddress!), state: [bytes.baseAddress!]))
      }
    }
    #expect(error?.message == "optimizer 'momentum': step failed: unexpected tensor.")
    #expect(
      refusal {
        var p = [0.0]; try optimizer.minimize(&p) { _, _ in 0 }
      }?.code == .notOffered)
  }

  private struct Stop: Error {}

  /// (p0 - 1)^2 + 2 (p1 + 3)^2, which has its minimum at (1, -3).
  @Test func anOptimizerDrives() throws {
    let optimizer = try components.component("driver").makeOptimizer()
    #expect(optimizer.drives)
    var parameters = [10.0, 10]
    let objective: OptimizerInstance.Objective = { p, gradient in
      gradient[0] = 2 * (p[0] - 1)
      gradient[1] = 4 * (p[1] + 3)
      return (p[0] - 1) * (p[0] - 1) + 2 * (p[1] + 3) * (p[1] + 3)
    }
    #expect(try optimizer.minimize(&parameters, objective: objective) == .finished)
    #expect(abs(parameters[0] - 1) < 1e-12 && abs(parameters[1] + 3) < 1e-12)

    var calls = 0
    let outcome = try optimizer.minimize(&parameters) { p, gradient in
      calls += 1
      return calls < 3 ? try objective(p, gradient) : nil
    }
    #expect(outcome == .cancelled && calls == 3)
    #expect(throws: Stop.self) { try optimizer.minimize(&parameters) { _, _ in throw Stop() } }
  }
}
