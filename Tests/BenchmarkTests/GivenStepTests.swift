import Foundation
import ICLRecords
import ICLTraining
import Testing

/// One step on given data, against the formula written out.
///
/// ŷ = 1/N Σ_h Σ_j (v_h·e_j) (e_jᵀ W_h x_q), over the pairs and the query's own token (x_q; 0).
@Suite struct GivenStepTests {
  static let (prompts, d, n, heads) = (5, 2, 3, 2)

  struct Data {
    var x: [Double]
    var y: [Double]
    var target: [Double]
    var value: [Double]
    var keyQuery: [Double]

    init() {
      var state: UInt64 = 5
      func draw(_ count: Int) -> [Double] {
        (0..<count).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Double(Float(Double(state >> 40) / Double(1 << 23) - 1))
        }
      }
      x = draw(prompts * (n + 1) * d)
      y = draw(prompts * n)
      target = draw(prompts)
      value = draw(heads * (d + 1))
      keyQuery = draw(heads * (d + 1) * d)
    }

    func prediction(_ prompt: Int) -> Double {
      let query = (0..<d).map { x[(prompt * (n + 1) + n) * d + $0] }
      var sum = 0.0
      for j in 0...n {
        let token =
          (0..<d).map { x[(prompt * (n + 1) + j) * d + $0] } + [j < n ? y[prompt * n + j] : 0]
        for h in 0..<heads {
          let read = (0...d).reduce(0.0) { $0 + value[h * (d + 1) + $1] * token[$1] }
          var score = 0.0
          for e in 0...d {
            for c in 0..<d { score += token[e] * keyQuery[(h * (d + 1) + e) * d + c] * query[c] }
          }
          sum += read * score
        }
      }
      return sum / Double(n)
    }

    var loss: Double {
      (0..<prompts).reduce(0.0) { $0 + pow(prediction($1) - target[$1], 2) } / Double(prompts)
    }

    func write(to path: String, spoilt: Bool = false) throws {
      let arrays: [(String, [Int], [Double])] = [
        ("prompt.x", [prompts, n + 1, d], x), ("prompt.y", [prompts, n, 1], y),
        ("prompt.target", [prompts, 1, 1], target),
        ("parameter.heads.value", spoilt ? [d + 1, heads] : [heads, d + 1], value),
        ("parameter.heads.key-query", [heads, d + 1, d], keyQuery),
      ]
      let writer = try NpzWriter(path: path, members: arrays.map { .init(name: $0.0, shape: $0.1) })
      for (index, array) in arrays.enumerated() { try writer.append(array.2, to: index) }
      try writer.finish()
    }
  }

  private func compute(_ data: Data, spoilt: Bool = false) throws -> NpzReader {
    let (inputs, outputs) = (Benchmark.file("in.npz"), Benchmark.file("out.npz"))
    defer { for path in [inputs, outputs] { try? FileManager.default.removeItem(atPath: path) } }
    try data.write(to: inputs, spoilt: spoilt)
    let run = try Benchmark.run(["run.precision=double", "run.batch=40"])
    try run.computeStep(inputs: inputs, outputs: outputs)
    return try NpzReader(path: outputs)
  }

  @Test func lossPredictionsAndGradients() throws {
    let data = Data()
    let results = try compute(data)
    #expect(abs(try results.array("loss").values[0] - data.loss) < 1e-12)
    let predictions = try results.array("predictions")
    #expect(predictions.header.shape == [Self.prompts, 1, 1])
    for (prompt, value) in predictions.values.enumerated() {
      #expect(abs(value - data.prediction(prompt)) < 1e-12)
    }
    // Central differences.
    func check(_ name: String, _ path: WritableKeyPath<Data, [Double]>) throws {
      let gradient = try results.array("gradient.\(name)").values
      #expect(gradient.count == data[keyPath: path].count)
      for index in gradient.indices {
        var (up, down) = (data, data)
        up[keyPath: path][index] += 1e-5
        down[keyPath: path][index] -= 1e-5
        #expect(abs(gradient[index] - (up.loss - down.loss) / 2e-5) < 1e-8)
      }
    }
    try check("heads.value", \.value)
    try check("heads.key-query", \.keyQuery)
  }

  @Test func aWrongShapeIsSaid() throws {
    let failure = #expect(throws: Failure.self) { try compute(Data(), spoilt: true) }
    #expect(failure?.key == "parameter.heads.value" && failure?.status == .badData)
    #expect(failure?.message == "expected the shape [2, 3], found [3, 2].")
  }
}
