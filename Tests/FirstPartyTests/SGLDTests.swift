import ICLPlugins
import ICLRandom
import Testing

/// Langevin dynamics against the formula with the host's own random numbers, and against the
/// stationary law of an Ornstein-Uhlenbeck process.
struct SGLDTests {
  /// One tensor that the optimizer moves.
  private final class Tensor<Scalar: BinaryFloatingPoint> {
    let optimizer: OptimizerInstance
    let name: String
    let count: Int
    let arrays: [UnsafeMutablePointer<Scalar>]

    init(_ settings: [String: String], name: String = "w", _ start: [Double]) throws {
      optimizer = try FirstParty.component("sgld").makeOptimizer(settings)
      self.name = name
      count = start.count
      arrays = (0..<2 + optimizer.stateCount).map { _ in
        let array = UnsafeMutablePointer<Scalar>.allocate(capacity: start.count)
        array.initialize(repeating: 0, count: start.count)
        return array
      }
      for index in start.indices { arrays[0][index] = Scalar(start[index]) }
    }

    deinit { for array in arrays { array.deallocate() } }

    var values: [Double] { (0..<count).map { Double(arrays[0][$0]) } }

    func step(_ number: UInt64, gradient: [Double], scale: Double = 1) throws {
      for index in 0..<count { arrays[1][index] = Scalar(gradient[index]) }
      try optimizer.step(
        .init(
          name: name, shape: [count], elementType: Scalar.self == Float.self ? .single : .double,
          step: number, learningRateScale: scale, parameters: arrays[0], gradients: arrays[1],
          state: [UnsafeMutableRawPointer(arrays[2])]))
    }
  }

  private static let settings = [
    "learning-rate": "0.02", "inverse-temperature": "30", "localization": "5", "seed": "7",
  ]

  private func normals(_ count: Int, seed: UInt64, name: String, step: UInt64) -> [Double] {
    let stream = PromptStream(
      key: StreamKey(seed: seed, stream: "sgld.\(name)", scope: .prompt), step: step, prompt: 0)
    var values = [Float](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer { stream.normal(into: $0) }
    return values.map(Double.init)
  }

  /// 77 elements: pieces that are not full as well.
  @Test func threeSteps() throws {
    let start = (0..<77).map { 0.1 * Double($0) - 3 }
    let tensor = try Tensor<Double>(Self.settings, name: "layers.0.up", start)
    let single = try Tensor<Float>(Self.settings, name: "layers.0.up", start)
    var expected = start
    for (step, scale) in [(1, 1.0), (2, 0.5), (3, 0.25)] {
      let gradient = start.indices.map { 0.3 * Double($0 % 5) - Double(step) }
      let noise = normals(77, seed: 7, name: "layers.0.up", step: UInt64(step))
      let epsilon = 0.02 * scale
      for i in start.indices {
        let drift = 30 * gradient[i] + 5 * (expected[i] - start[i])
        expected[i] += -epsilon / 2 * drift + epsilon.squareRoot() * noise[i]
      }
      try tensor.step(UInt64(step), gradient: gradient, scale: scale)
      try single.step(UInt64(step), gradient: gradient, scale: scale)
    }
    #expect(isClose(tensor.values, expected, 1e-6))
    #expect(isClose(single.values, expected, 1e-5))
  }

  @Test func noiseIsAFunctionOfSeedNameAndStep() throws {
    func draw(_ seed: String, _ name: String, _ step: UInt64) throws -> [Double] {
      let tensor = try Tensor<Float>(
        ["learning-rate": "1", "inverse-temperature": "0", "localization": "0", "seed": seed],
        name: name, [Double](repeating: 0, count: 64))
      try tensor.step(step, gradient: [Double](repeating: 0, count: 64))
      return tensor.values
    }
    let draws = try [
      draw("0", "w", 1), draw("1", "w", 1), draw("0", "v", 1), draw("0", "w", 2),
      draw("0", "w", 1 << 33 + 1),
    ]
    #expect(Set(draws).count == 5)
    let again = try draw("0", "w", 1)
    #expect(again == draws[0])
  }

  /// Without gradient θ - θ* becomes normal with variance ε / (1 - (1 - ε γ / 2)²).
  @Test func stationaryVariance() throws {
    let count = 8192
    let start = [Double](repeating: 2.5, count: count)
    let tensor = try Tensor<Float>(
      ["learning-rate": "0.1", "localization": "4", "inverse-temperature": "300"], start)
    let zero = [Double](repeating: 0, count: count)
    for step in 1...60 { try tensor.step(UInt64(step), gradient: zero) }
    let offsets = tensor.values.map { $0 - 2.5 }
    let mean = offsets.reduce(0, +) / Double(count)
    let variance = offsets.map { $0 * $0 }.reduce(0, +) / Double(count)
    let expected = 0.1 / (1 - (1 - 0.1 * 4 / 2) * (1 - 0.1 * 4 / 2))
    // Five standard errors.
    #expect(abs(mean) < 5 * (expected / Double(count)).squareRoot())
    #expect(abs(variance / expected - 1) < 5 * (2 / Double(count)).squareRoot())
  }
}
