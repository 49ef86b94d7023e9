import Foundation
import ICLPlugins
import Testing

/// GSL as a task and as a metric.
@Suite(.enabled(if: Foreign.gsl, "needs Debian's libgsl27"))
struct ForeignSampleTests {
  /// Uniform and normal numbers as functions of their names.
  private struct Streams: RandomStreams {
    func uniform(
      seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
      into values: UnsafeMutableBufferPointer<Double>
    ) {
      var generator = prompt &* 7919 &+ step &* 31 &+ UInt64(stream.utf8.count) &+ seed
      for index in values.indices {
        generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        values[index] = Double((generator ^ generator >> 29) >> 11) * 0x1p-53
      }
    }
    func normal(
      seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
      into values: UnsafeMutableBufferPointer<Double>
    ) {
      let numbers = Foreign.numbers(values.count, seed: seed &+ prompt &* 977 &+ 5)
      for index in values.indices { values[index] = numbers[index] }
    }
  }

  private func sample(
    _ settings: [String: String], first: Int = 0, count: Int
  ) throws -> [String: [Double]] {
    try Foreign.catalog().resolve("gsl-sphere", kind: .task).makeTask(settings)
      .sample(seed: 3, step: 0, first: UInt64(first), count: count, random: Streams())
  }

  /// |x| = 1, E[x xᵀ] = I / d, and labels that w explains but for noise.
  @Test func sphere() throws {
    let d = 3
    let prompts = 2000
    let tensors = try sample(["dimension": "\(d)", "context-length": "4"], count: prompts)
    let x = try #require(tensors["x"])
    let y = try #require(tensors["y"])
    let w = try #require(tensors["w"])
    var moments = [Double](repeating: 0, count: d * d)
    var noise: [Double] = []
    for prompt in 0..<prompts {
      for pair in 0..<5 {
        let row = (0..<d).map { x[(prompt * 5 + pair) * d + $0] }
        #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
        for i in 0..<d { for j in 0..<d { moments[i * d + j] += row[i] * row[j] / 10_000 } }
        let clean = (0..<d).reduce(0) { $0 + row[$1] * w[prompt * d + $1] }
        if pair < 4 { noise.append(y[prompt * 4 + pair] - clean) }
      }
    }
    for i in 0..<d {
      for j in 0..<d {
        // Var(x_i²) = 4/45 and Var(x_i x_j) = 1/15 on the sphere of three dimensions.
        let error = (i == j ? 4.0 / 45 : 1.0 / 15).squareRoot() / 100
        #expect(abs(moments[i * d + j] - (i == j ? 1.0 / 3 : 0)) < 4 * error)
      }
    }
    // Quartiles of Student's t with 4 degrees: ± 0.7406971 (scale 0.1).
    let share = Double(noise.count { abs($0) < 0.07406971 }) / Double(noise.count)
    #expect(abs(share - 0.5) < 4 * 0.5 / Double(noise.count).squareRoot())
  }

  /// A prompt is a function of its number alone, and the target is the labels' continuation.
  @Test func promptsStandAlone() throws {
    let settings = ["dimension": "2", "context-length": "3"]
    let all = try sample(settings, count: 10)
    let part = try sample(settings, first: 4, count: 3)
    for (name, values) in part {
      let size = values.count / 3
      #expect(Array(all[name]![4 * size..<7 * size]) == values)
    }
    #expect(Array(all["target"]!.prefix(3)) == Array(all["y"]!.prefix(3)))
    let query = try sample(settings.merging(["scoring": "query"]) { $1 }, count: 10)
    #expect(query["target"]![2] == all["target"]![2 * 4 + 3])
  }

  /// Median, quantile, skewness and excess kurtosis as GSL's manual defines them.
  @Test func lossShape() throws {
    let metric = try Foreign.catalog().resolve("gsl-loss-shape", kind: .metric)
      .makeMetric(["quantile": "0.75"])
    let signature = FirstParty.regression(1, context: 1)
    let prompts = 501
    let values = Foreign.numbers(prompts * 2, seed: 9).map { $0 * $0 }
    try metric.begin(signature)
    for range in [0..<200, 200..<501] {
      let slice = Array(values[range.lowerBound * 2..<range.upperBound * 2])
      try metric.accumulate(
        EvaluationChunk(
          count: range.count, predictions: slice, targets: slice, losses: slice))
    }
    let reports = Dictionary(uniqueKeysWithValues: try metric.finish().map { ($0.name, $0.values) })
    for position in 0..<2 {
      let losses = (0..<prompts).map { values[$0 * 2 + position] }
      let sorted = losses.sorted()
      let n = Double(prompts)
      let mean = losses.reduce(0, +) / n
      let deviation = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
      func moment(_ power: Int) -> Double {
        losses.reduce(0) { $0 + pow(($1 - mean) / deviation, Double(power)) } / n
      }
      #expect(reports["loss-median"]![position] == sorted[250])
      #expect(reports["loss-quantile"]![position] == sorted[375])
      #expect(abs(reports["loss-skewness"]![position] - moment(3)) < 1e-11)
      #expect(abs(reports["loss-kurtosis"]![position] - (moment(4) - 3)) < 1e-10)
    }
  }
}
