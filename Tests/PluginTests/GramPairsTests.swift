import ICLPlugins
import Testing

/// `task.pairs=gram` and `task.score=weights` of the task `ridge`.
@Suite struct GramPairsTests {
  private static let (d, n) = (3, 9)

  private func task(_ settings: [String: String]) throws -> TaskInstance {
    try FirstParty.task(
      "ridge",
      [
        "dimension": "\(Self.d)", "context-length": "\(Self.n)", "scoring": "query",
        "noise": "categorical", "noise-levels": "0.5,2", "noisy-targets": "false",
      ].merging(settings) { _, last in last })
  }

  /// Σ_ij, α_i and λ of each prompt.
  private func moments(_ draw: TaskDraw, pairs: Int) -> [[Double]] {
    let (x, y) = (draw.tensors["x"]!, draw.tensors["y"]!)
    let d = Self.d
    return (0..<y.count / pairs).map { prompt in
      let rows = (0..<pairs).map { j -> [Double] in
        let start = (prompt * (pairs + 1) + j) * d
        return Array(x[start..<start + d]) + [y[prompt * pairs + j]]
      }
      return (0...d).flatMap { a in
        (0...a).map { b in rows.reduce(0) { $0 + $1[a] * $1[b] } }
      }
    }
  }

  /// Means, squares and products of all second moments are those of nine pairs.
  @Test func secondMomentsHaveTheLawOfAllPairs() throws {
    let all = moments(try TaskDraw(task([:]), prompts: 20_000, seed: 1), pairs: Self.n)
    let gram = moments(
      try TaskDraw(task(["pairs": "gram"]), prompts: 20_000, seed: 2), pairs: Self.d + 1)
    #expect(gram.count == all.count)
    func compare(_ statistic: ([Double]) -> Double, _ what: String) {
      let (a, b) = (mean(all.map(statistic)), mean(gram.map(statistic)))
      let error = (a.error * a.error + b.error * b.error).squareRoot()
      #expect((a.value - b.value).magnitude < 5 * error, "\(what): \(a) \(b)")
    }
    for i in all[0].indices {
      compare({ $0[i] }, "mean \(i)")
      for j in 0...i { compare({ $0[i] * $0[j] }, "product \(i) \(j)") }
      compare({ $0[i] * $0[i] * $0[i] }, "cube \(i)")
    }
    // Σ_00 is χ² with nine degrees of freedom: mean 9, variance 18.
    let first = mean(gram.map { $0[0] })
    #expect((first.value - 9).magnitude < 5 * first.error)
    let spread = mean(gram.map { ($0[0] - 9) * ($0[0] - 9) })
    #expect((spread.value - 18).magnitude < 5 * spread.error)
  }

  /// Long contexts take several products of uniforms, in single precision too.
  @Test func manyPairs() throws {
    let task = try task(["pairs": "gram", "context-length": "250"])
    #expect(task.signature.contextLength == 4)
    #expect(task.signature.properties["pairs"] == 250)
    let found = moments(try TaskDraw(task, prompts: 4000), pairs: 4)
    let first = mean(found.map { $0[0] })
    #expect((first.value - 250).magnitude < 5 * first.error)
  }

  /// The loss of weights is the squared error above the oracle's, in the mean over queries and w; and
  /// |w_τ - w_σ|² itself, for a ridge of another penalty.
  @Test(arguments: ["all", "gram"])
  func scoreOfWeightsIsTheExcess(_ pairs: String) throws {
    let model = try FirstParty.model("ridge", ["noise-variance": "1"])
    let sampled = try TaskDraw(task(["pairs": pairs]), model: model, prompts: 40_000)
    let weights = try TaskDraw(
      task(["pairs": pairs, "score": "weights"]), model: model, prompts: 40_000)
    let excess = mean(zip(sampled.losses, sampled.oracleLosses).map { $0 - $1 })
    let exact = mean(weights.losses)
    let error = (excess.error * excess.error + exact.error * exact.error).squareRoot()
    #expect((excess.value - exact.value).magnitude < 4 * error, "\(excess) \(exact)")
    // Far less noise, and none where the oracle is asked.
    #expect(exact.error < excess.error / 2)
    #expect(weights.oracleLosses.allSatisfy { $0 < 1e-20 })
  }

  @Test func refusals() {
    let cases = [
      (["pairs": "gram", "context-length": "3"], "N > D pairs"),
      (["pairs": "gram", "scoring": "every-prefix"], "N > D pairs"),
      (["pairs": "gram", "noise": "fixed", "noise-variance": "0"], "give pairs=all"),
      (["score": "weights", "scoring": "every-prefix"], "needs scoring=query"),
      (["score": "weights", "tasks": "4"], "needs scoring=query"),
    ]
    for (settings, text) in cases {
      #expect {
        _ = try task(settings)
      } throws: { "\($0)".contains(text) }
    }
  }
}
