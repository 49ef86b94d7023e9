import Foundation
import ICLPlugins
import Testing

/// The plugin `unknown-noise` against the same formulas done by elimination, prompt by prompt.
@Suite struct UnknownNoiseTests {
  private static let d = 3
  private static let n = 7
  private static let prompts = 5

  private static func data() -> (x: [Double], y: [Double]) {
    let x = SplitMix.normals(seed: 11, prompts * (n + 1) * d)
    let y = SplitMix.normals(seed: 12, prompts * n).prefix(prompts * n).map { 1.5 * $0 }
    return (Array(x.prefix(prompts * (n + 1) * d)), y)
  }

  /// Σ, α, λ and the query of a prompt.
  private static func sums(_ prompt: Int) -> (
    squares: [[Double]], products: [Double], energy: Double, query: [Double]
  ) {
    let (x, y) = data()
    func input(_ j: Int, _ i: Int) -> Double { x[(prompt * (n + 1) + j) * d + i] }
    func label(_ j: Int) -> Double { y[prompt * n + j] }
    return (
      (0..<d).map { a in
        (0..<d).map { b in (0..<n).reduce(0) { $0 + input($1, a) * input($1, b) } }
      },
      (0..<d).map { a in (0..<n).reduce(0) { $0 + input($1, a) * label($1) } },
      (0..<n).reduce(0) { $0 + label($1) * label($1) }, (0..<d).map { input(n, $0) }
    )
  }

  /// (Σ + s² I)⁻¹ α and log det (Σ + s² I), by Gaussian elimination.
  private static func ridge(_ squares: [[Double]], _ products: [Double], _ penalty: Double) -> (
    weights: [Double], logarithm: Double
  ) {
    var rows = squares.indices.map { row in
      squares[row].indices.map { squares[row][$0] + (row == $0 ? penalty : 0) } + [products[row]]
    }
    var logarithm = 0.0
    for k in rows.indices {
      logarithm += log(rows[k][k])
      for i in rows.indices where i != k {
        let factor = rows[i][k] / rows[k][k]
        for j in k...rows.count { rows[i][j] -= factor * rows[k][j] }
      }
    }
    return (rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }, logarithm)
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// ρ = λ - 2 wᵀα + wᵀΣw.
  private static func residual(_ w: [Double], _ prompt: Int) -> Double {
    let (squares, products, energy, _) = sums(prompt)
    let fitted = squares.map { dot($0, w) }
    return energy - 2 * dot(w, products) + dot(w, fitted)
  }

  private func expect(
    _ model: String, _ settings: [String: String], properties: [String: Double] = [:],
    within tolerance: Double = 1e-11, _ weights: (Int) -> [Double]
  ) throws {
    let bench = try Bench(
      FirstParty.model(model, settings),
      FirstParty.regression(
        Self.d, context: Self.n, everyPrefix: false, properties: properties))
    let (x, y) = Self.data()
    let found = try bench.run(
      prompts: Self.prompts,
      ["x": x, "y": y, "target": [Double](repeating: 0, count: Self.prompts)]
    ).predictions
    let expected = (0..<Self.prompts).map { Self.dot(weights($0), Self.sums($0).query) }
    #expect(relativeError(found, expected) < tolerance, "\(model) \(settings)")
  }

  @Test func adaptiveRidge() throws {
    func weights(_ prompt: Int, factor: Double, cap: Double) -> [Double] {
      let (squares, products, _, _) = Self.sums(prompt)
      let noise =
        Self.residual(Self.ridge(squares, products, 0).weights, prompt) / Double(Self.n - Self.d)
      return Self.ridge(squares, products, min(factor * noise, cap)).weights
    }
    try expect("adaptive-ridge", [:]) { weights($0, factor: 1, cap: .infinity) }
    try expect("adaptive-ridge", ["factor": "1.3", "cap": "2"]) {
      weights($0, factor: 1.3, cap: 2)
    }
    try expect("adaptive-ridge", ["estimate": "none"], properties: ["noise-variance": 3]) {
      let (squares, products, _, _) = Self.sums($0)
      return Self.ridge(squares, products, 3).weights
    }
    // Tuned, it starts as what it would be.
    try expect("adaptive-ridge", ["factor": "1.3", "cap": "2", "tuned": "true"]) {
      weights($0, factor: 1.3, cap: 2)
    }
  }

  /// Σ⁻¹ (I - (I - η Σ)^K) α, by the recursion on the polynomial's own terms.
  @Test(arguments: [1, 2, 6])
  func gradientSteps(_ steps: Int) throws {
    func descent(_ prompt: Int, _ rate: Double, _ penalty: Double) -> [Double] {
      let (squares, products, _, _) = Self.sums(prompt)
      // η Σ_k (I - η (Σ + s² I))^k α
      var (term, sum) = (products, [Double](repeating: 0, count: Self.d))
      for _ in 0..<steps {
        for i in sum.indices { sum[i] += rate * term[i] }
        let moved = squares.map { Self.dot($0, term) }
        for i in term.indices { term[i] -= rate * (moved[i] + penalty * term[i]) }
      }
      return sum
    }
    try expect("gradient-steps", ["steps": "\(steps)", "rate": "0.03"]) { descent($0, 0.03, 0) }
    try expect("gradient-steps", ["steps": "\(steps)", "rate": "0.03", "adaptive": "true"]) {
      let noise = Self.residual(descent($0, 0.03, 0), $0) / Double(Self.n - Self.d)
      return descent($0, 1 / (1 / 0.03 + noise), noise)
    }
  }

  private func mixture(_ prompt: Int, _ levels: [Double]) -> [Double] {
    let (squares, products, energy, _) = Self.sums(prompt)
    let parts = levels.map { level -> (weights: [Double], evidence: Double) in
      let variance = level * level
      let (weights, logarithm) = Self.ridge(squares, products, variance)
      // The labels are normal with covariance X Xᵀ + σ² I.
      let misfit = (energy - Self.dot(products, weights)) / variance
      let determinant = logarithm + Double(Self.n - Self.d) * log(variance)
      return (weights, -0.5 * (determinant + misfit))
    }
    let most = parts.map(\.evidence).max()!
    let shares = parts.map { exp($0.evidence - most) }
    let total = shares.reduce(0, +)
    return (0..<Self.d).map { i in
      zip(shares, parts).reduce(0) { $0 + $1.0 / total * $1.1.weights[i] }
    }
  }

  @Test func noisePosterior() throws {
    try expect("noise-posterior", ["levels": "0.5,1,3"]) { mixture($0, [0.5, 1, 3]) }
    try expect(
      "noise-posterior", [:], properties: ["noise-level-0": 1, "noise-level-1": 3]
    ) { mixture($0, [1, 3]) }
    let middles = (0..<40).map { 5 * (Double($0) + 0.5) / 40 }
    try expect("noise-posterior", ["pieces": "40"], properties: ["noise-maximum": 5]) {
      mixture($0, middles)
    }
    try expect("noise-posterior", ["pieces": "40", "maximum": "5"]) { mixture($0, middles) }
  }

  /// Both are two layers of a linear transformer, exactly.
  @Test func shrunkStepIsTwoLayers() throws {
    let (x, y) = Self.data()
    let inputs = ["x": x, "y": y, "target": [Double](repeating: 0, count: Self.prompts)]
    let signature = FirstParty.regression(Self.d, context: Self.n, everyPrefix: false)
    let layers: [(energy: String, first: [Double], second: [Double])] = [
      ("residuals", [0, 0, -0.1, 0], [0, 0, 0, -0.02]),
      ("labels", [0, -0.02, 0, 0], [0, 0, -0.1, 0]),
    ]
    for (energy, first, second) in layers {
      let step = try Bench(
        FirstParty.model("shrunk-step", ["rate": "0.1", "slope": "-0.02", "energy": energy]),
        signature
      ).run(prompts: Self.prompts, inputs)
      let transformer = try Bench(
        FirstParty.model(
          "linear-transformer", ["parametrization": "free", "layers": "2", "context-sum": "sum"]),
        signature
      ).run(
        prompts: Self.prompts, inputs,
        parameters: ["layers.0.omega": first, "layers.1.omega": second])
      #expect(relativeError(step.predictions, transformer.predictions) < 1e-12, "\(energy)")
    }
  }

  /// Theorem 5.2 for {1, 3}: η = .55, n ω = -1/11.
  @Test func matchedLevels() throws {
    let properties = ["noise-level-0": 1.0, "noise-level-1": 3]
    let (x, y) = Self.data()
    func predictions(_ settings: [String: String]) throws -> [Double] {
      try Bench(
        FirstParty.model("shrunk-step", settings.merging(["energy": "residuals"]) { a, _ in a }),
        FirstParty.regression(
          Self.d, context: Self.n, everyPrefix: false, properties: properties)
      ).run(
        prompts: Self.prompts,
        ["x": x, "y": y, "target": [Double](repeating: 0, count: Self.prompts)]
      ).predictions
    }
    let given = try predictions(["rate": "0.55", "slope": "\(-1.0 / 11 / Double(Self.n))"])
    #expect(relativeError(try predictions(["matched": "true"]), given) < 1e-12)
  }

  @Test func refusals() throws {
    let cases: [(String, Signature, String)] = [
      ("adaptive-ridge", FirstParty.regression(3, context: 7), "set task.scoring=query"),
      ("adaptive-ridge", FirstParty.regression(3, context: 3, everyPrefix: false), "more pairs"),
      ("noise-posterior", FirstParty.regression(3, context: 7, everyPrefix: false), "give levels"),
    ]
    for (model, signature, text) in cases {
      #expect {
        _ = try Bench(FirstParty.model(model), signature)
      } throws: { "\($0)".contains(text) }
    }
  }
}
