import LinearAttentionDynamics
import Testing

/// The task `ridge-population` against L(W) in closed form, and against ridge itself.
@Suite struct PopulationTests {
  /// Random weights of 3 merged heads, with their map W in the paper's scale.
  private func weights(_ seed: UInt64, scale: Double) -> (start: [String: [Double]], map: [Double])
  {
    var normals = Normals(seed)
    let heads = normals.merged(heads: 3, dimension: 4, 0.7)
    let start = [
      "heads.value": heads.values,
      "heads.key-query": heads.maps.map { $0 * scale },
    ]
    return (start, heads.map(dimension: 4))
  }

  @Test(arguments: ["full", "varying-by-pairs", "varying-by-tokens"])
  func lossIsTheClosedForm(_ contexts: String) throws {
    let population =
      contexts == "full"
      ? usual
      : Population(
        eigenvalues: spectrum, contextsUpTo: 31, byTokens: contexts == "varying-by-tokens")
    for seed in 0..<5 as Range<UInt64> {
      let (start, map) = weights(seed, scale: 1)
      let descent = try Descent(
        task: FirstParty.population(["contexts": contexts]),
        model: FirstParty.model("cubic-features", ["heads": "3"]), prompts: 64, start: start)
      let gradients = try descent.gradients()
      #expect(abs(descent.loss - population.loss(map: map)) < 1e-10, "seed \(seed)")
      // ∂L/∂U_h = -2 v_h Γ.
      let force = population.force(map: map)
      let expected = start["heads.value"]!.flatMap { v in force.map { -2 * v * $0 } }
      expect(gradients["heads.key-query"]!, expected, within: 1e-10)
    }
  }

  /// Sums without 1/N are N times as large, and the prompts know nothing of it.
  @Test func holdsInEveryScale() throws {
    let (start, map) = weights(9, scale: 1.0 / 31)
    let descent = try Descent(
      task: FirstParty.population(),
      model: FirstParty.model("cubic-features", ["heads": "3", "scale": "none"]), prompts: 128,
      start: start)
    _ = try descent.gradients()
    #expect(abs(descent.loss - usual.loss(map: map)) < 1e-10)
  }

  /// The sampled task has this population.
  @Test(arguments: ["query", "every-prefix"])
  func ridgeHasThisPopulation(_ scoring: String) throws {
    let (start, map) = weights(2, scale: 0.3)
    let scaled = map.map { $0 * 0.3 }
    let task = try FirstParty.task(
      "ridge",
      [
        "dimension": "4", "context-length": "31", "spectrum": "0.4,0.3,0.2,0.1",
        "noise-variance": "0", "scoring": scoring,
      ])
    let descent = try Descent(
      task: task, model: FirstParty.model("cubic-features", ["heads": "3"]), prompts: 40_000,
      start: start)
    _ = try descent.gradients()
    let population =
      scoring == "query"
      ? usual
      : Population(
        eigenvalues: spectrum,
        contexts: (0...31).map { .init(pairs: $0, weight: 1.0 / 32, factor: $0 == 0 ? 0 : 1) })
    // The standard error of 40,000 heavy-tailed losses is about 1 %.
    let expected = population.loss(map: scaled)
    #expect(abs(descent.loss / expected - 1) < 0.04, "\(descent.loss), expected \(expected)")
  }
}
