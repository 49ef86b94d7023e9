import ICLPlugins
import Testing

/// Noise laws and finite tasks of the task `ridge`.
@Suite struct RidgeTaskTests {
  /// Labels minus wᵀ x, over the prompt's deviation.
  private func standardisedNoise(_ draw: TaskDraw, _ d: Int, _ n: Int) -> [[Double]] {
    let (x, y, w) = (draw.tensors["x"]!, draw.tensors["y"]!, draw.tensors["w"]!)
    let deviations = draw.tensors["noise-deviation"]!
    return deviations.indices.map { p in
      (0..<n).map { (j: Int) -> Double in
        let row = (p * (n + 1) + j) * d
        let clean = zip(x[row..<row + d], w[p * d..<p * d + d]).map { $0 * $1 }.reduce(0, +)
        return (y[p * n + j] - clean) / deviations[p]
      }
    }
  }

  @Test func uniformNoiseIsUniformInDeviation() throws {
    let task = try FirstParty.task(
      "ridge", ["noise": "uniform", "noise-maximum": "5", "dimension": "3", "context-length": "4"])
    #expect(task.signature.properties["noise-variance"] == 25.0 / 3)
    let draw = try TaskDraw(task, prompts: 20_000)
    let deviations = draw.tensors["noise-deviation"]!
    #expect(deviations.allSatisfy { (0..<5).contains($0) })
    // The mean of U(0, 5) is 5/2, that of its square 25/3; of its root-uniform rival 10/3.
    let first = mean(deviations)
    let second = mean(deviations.map { $0 * $0 })
    #expect((first.value - 2.5).magnitude < 5 * first.error)
    #expect((second.value - 25.0 / 3).magnitude < 5 * second.error)
    let noise = standardisedNoise(draw, 3, 4).flatMap { $0 }
    let squares = mean(noise.map { $0 * $0 })
    #expect((squares.value - 1).magnitude < 5 * squares.error)
  }

  @Test func categoricalNoiseHasItsLevels() throws {
    let task = try FirstParty.task(
      "ridge", ["noise": "categorical", "noise-levels": "1,3,5", "dimension": "2"])
    #expect(relativeError([task.signature.properties["noise-variance"]!], [35.0 / 3]) < 1e-15)
    let levels = try TaskDraw(task, prompts: 3000).tensors["noise-deviation"]!
    for level in [1.0, 3, 5] {
      // A third of 3000, ± 5 standard deviations of a binomial.
      #expect((levels.count { $0 == level } - 1000).magnitude < 130)
    }
  }

  /// arXiv 2402.14180, table of baselines: the loss of ridge with the true noise is ½ 1.562(2) for
  /// σ ~ U(0, 5), and of one constant penalty E σ² ½ 0.3617(7) more.
  @Test func oracleAndConstantRidgeAgreeWithTheTable() throws {
    let task = try FirstParty.task(
      "ridge",
      [
        "noise": "uniform", "noise-maximum": "5", "dimension": "10", "context-length": "20",
        "noisy-targets": "false", "scoring": "query",
      ])
    let draw = try TaskDraw(task, model: FirstParty.model("ridge"), prompts: 60_000)
    let oracle = mean(draw.oracleLosses.map { $0 / 2 })
    let excess = mean(zip(draw.losses, draw.oracleLosses).map { ($0 - $1) / 2 })
    #expect((oracle.value - 1.562).magnitude < 5 * oracle.error + 0.002)
    #expect((excess.value - 0.3617).magnitude < 5 * excess.error + 0.0007)
  }

  @Test func targetsWithoutNoiseAreExact() throws {
    let task = try FirstParty.task(
      "ridge",
      ["noisy-targets": "false", "dimension": "3", "context-length": "2", "scoring": "query"])
    let draw = try TaskDraw(task, prompts: 50)
    let (x, w, target) = (draw.tensors["x"]!, draw.tensors["w"]!, draw.tensors["target"]!)
    let exact = (0..<50).map { (prompt: Int) -> Double in
      let (query, weights) = (x[prompt * 9 + 6..<prompt * 9 + 9], w[prompt * 3..<prompt * 3 + 3])
      return zip(query, weights).map { $0 * $1 }.reduce(0, +)
    }
    #expect(relativeError(target, exact) < 1e-14)
  }

  @Test func finiteTasksAreNested() throws {
    func tasks(_ count: Int) throws -> [Int: [Double]] {
      let task = try FirstParty.task(
        "ridge", ["tasks": "\(count)", "dimension": "3", "context-length": "2"])
      let draw = try TaskDraw(task, prompts: 2000)
      let numbers = draw.tensors["task"]!
      var found: [Int: [Double]] = [:]
      for (p, number) in numbers.enumerated() {
        let w = Array(draw.tensors["w"]![p * 3..<p * 3 + 3])
        #expect(found[Int(number), default: w] == w)
        found[Int(number)] = w
      }
      return found
    }
    let five = try tasks(5)
    let twelve = try tasks(12)
    #expect(Set(five.keys) == Set(0..<5) && Set(twelve.keys) == Set(0..<12))
    for (number, w) in five { #expect(twelve[number] == w) }
    #expect(Set(twelve.values).count == 12)
  }

  /// The oracle of M tasks and the predictor see the same tasks. Its last positions are near the
  /// noise, where ridge is at 0.28.
  @Test func dmmseIsTheOracleOfFiniteTasks() throws {
    let settings = [
      "tasks": "32", "noise-variance": "0.125", "dimension": "8", "context-length": "15",
    ]
    let task = try FirstParty.task("ridge", settings)
    let draw = try TaskDraw(task, model: FirstParty.model("dmmse"), prompts: 4000)
    #expect(relativeError(draw.losses, draw.oracleLosses) < 1e-12)
    let last = mean((0..<4000).map { draw.losses[$0 * 16 + 15] })
    #expect((last.value - 0.125).magnitude < 5 * last.error)
  }

  /// arXiv 2501.17745, table of ridge: D = 8, K = 16, σ² = 0.125.
  @Test func ridgeAgreesWithTheTable() throws {
    let task = try FirstParty.task(
      "ridge", ["noise-variance": "0.125", "dimension": "8", "context-length": "15"])
    let draw = try TaskDraw(task, prompts: 40_000)
    let table = [
      8.1250, 7.1452, 6.1728, 5.2121, 4.2715, 3.3658, 2.5226, 1.7874, 1.2186, 0.8488, 0.6246,
      0.4892, 0.4046, 0.3488, 0.3104, 0.2825,
    ]
    for (k, expected) in table.enumerated() {
      let found = mean((0..<40_000).map { draw.oracleLosses[$0 * 16 + k] })
      #expect((found.value - expected).magnitude < 5 * found.error + 6e-4, "position \(k)")
    }
  }
}
