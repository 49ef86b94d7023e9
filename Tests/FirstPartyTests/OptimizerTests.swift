import ICLPlugins
import Testing

/// Three steps on two elements against the formulas, written out in Double.
struct OptimizerTests {
  private static let start = [0.5, -1.25]
  private static let gradients = [[0.3, -0.7], [-0.1, 0.2], [1.5, 0.05]]
  private static let schedule = [1.0, 0.5, 0.25]

  private func run<Scalar: BinaryFloatingPoint>(
    _ plugin: String, _ settings: [String: String], as type: Scalar.Type
  ) throws -> [Double] {
    let optimizer = try FirstParty.component(plugin).makeOptimizer(settings)
    let parameters = UnsafeMutablePointer<Scalar>.allocate(capacity: 2)
    let gradient = UnsafeMutablePointer<Scalar>.allocate(capacity: 2)
    let state = (0..<optimizer.stateCount).map { _ in
      let array = UnsafeMutablePointer<Scalar>.allocate(capacity: 2)
      array.initialize(repeating: 0, count: 2)
      return array
    }
    defer { ([parameters, gradient] + state).forEach { $0.deallocate() } }
    for i in 0..<2 { parameters[i] = Scalar(Self.start[i]) }
    for (step, (values, scale)) in zip(Self.gradients, Self.schedule).enumerated() {
      for i in 0..<2 { gradient[i] = Scalar(values[i]) }
      try optimizer.step(
        .init(
          name: "w", shape: [2], elementType: type == Float.self ? .single : .double,
          step: UInt64(step + 1), learningRateScale: scale, parameters: parameters,
          gradients: gradient, state: state.map { UnsafeMutableRawPointer($0) }))
    }
    return (0..<2).map { Double(parameters[$0]) }
  }

  private func expect(_ plugin: String, _ settings: [String: String], _ expected: [Double]) throws {
    #expect(isClose(try run(plugin, settings, as: Double.self), expected, 1e-15))
    #expect(isClose(try run(plugin, settings, as: Float.self), expected, 1e-6))
  }

  @Test func gradientDescent() throws {
    let expected = (0..<2).map { i in
      zip(Self.gradients, Self.schedule).reduce(Self.start[i]) { $0 - 0.2 * $1.1 * $1.0[i] }
    }
    try expect("gradient-descent", ["learning-rate": "0.2"], expected)
  }

  @Test(arguments: [false, true])
  func momentum(_ nesterov: Bool) throws {
    let expected = (0..<2).map { i in
      var (w, m) = (Self.start[i], 0.0)
      for (g, s) in zip(Self.gradients, Self.schedule) {
        m = 0.8 * m + g[i]
        w -= 0.2 * s * (nesterov ? g[i] + 0.8 * m : m)
      }
      return w
    }
    try expect(
      "momentum", ["learning-rate": "0.2", "momentum": "0.8", "nesterov": "\(nesterov)"], expected)
  }

  /// Parameters that are apart have their own rate and no decay; others do not notice.
  @Test(arguments: ["w", "v,w", "v", ""]) func adamApart(names: String) throws {
    let (rate, decay) = names.contains("w") ? ("0.05", "0") : ("0.2", "0.5")
    let plain = try run(
      "adam", ["learning-rate": rate, "weight-decay": decay], as: Double.self)
    let settings = [
      "learning-rate": "0.2", "weight-decay": "0.5", "apart": names, "apart-rate": "0.05",
    ]
    #expect(try run("adam", settings, as: Double.self) == plain)
  }

  @Test func adam() throws {
    let expected = (0..<2).map { i in
      var (w, m, v, b, c) = (Self.start[i], 0.0, 0.0, 1.0, 1.0)
      for (g, s) in zip(Self.gradients, Self.schedule) {
        (b, c) = (b * 0.7, c * 0.9)
        m = 0.7 * m + 0.3 * g[i]
        v = 0.9 * v + 0.1 * g[i] * g[i]
        w -= 0.2 * s * (0.5 * w + m / (1 - b) / ((v / (1 - c)).squareRoot() + 0.01))
      }
      return w
    }
    let settings = [
      "learning-rate": "0.2", "beta-1": "0.7", "beta-2": "0.9", "epsilon": "0.01",
      "weight-decay": "0.5",
    ]
    try expect("adam", settings, expected)
  }
}
