import ICLPlugins
import Testing

/// The tasks of `context-regression` against the laws that they state.
@Suite struct ContextRegressionTests {
  private static let base = ["dimension": "3", "context-length": "5", "output-dimension": "2"]

  private func draw(
    _ name: String, _ settings: [String: String], prompts: Int, model: ModelInstance? = nil
  ) throws -> TaskDraw {
    try TaskDraw(FirstParty.task(name, settings), model: model, prompts: prompts)
  }

  /// Labels are xᵀ W, inputs have the variance and kurtosis that the signature says.
  @Test(arguments: ["uniform", "normal"]) func inputsAndLabels(_ law: String) throws {
    let settings = Self.base.merging(
      ["inputs": law, "input-range": "2", "input-scale": "1.5", "weight-scale": "2"]) { $1 }
    let task = try FirstParty.task("context-regression", settings)
    let drawn = try TaskDraw(task, prompts: 4000)
    let (x, y, w) = (drawn.tensors["x"]!, drawn.tensors["y"]!, drawn.tensors["w"]!)
    let variance = try #require(task.signature.properties["input-variance"])
    #expect((variance - (law == "normal" ? 2.25 : 0.75)).magnitude < 1e-12)
    let squares = mean(x.map { $0 * $0 })
    #expect((squares.value - variance).magnitude < 4 * squares.error)
    let fourth = mean(x.map { $0 * $0 * $0 * $0 / (variance * variance) })
    let kurtosis = try #require(task.signature.properties["input-kurtosis"])
    #expect((fourth.value - kurtosis).magnitude < 4 * fourth.error)
    let weights = mean(w.map { $0 * $0 })
    #expect((weights.value - 4).magnitude < 4 * weights.error)
    for prompt in [0, 3999] {
      for pair in 0..<5 {
        for output in 0..<2 {
          let label = (0..<3).reduce(0) {
            $0 + x[(prompt * 6 + pair) * 3 + $1] * w[(prompt * 3 + $1) * 2 + output]
          }
          #expect((y[(prompt * 5 + pair) * 2 + output] - label).magnitude < 1e-12)
        }
      }
    }
  }

  /// The context has the Frobenius norm α, whatever the law; exponential inputs are positive.
  @Test(arguments: ["normed-exponential", "normed-normal", "normed-laplace", "normed-mixture"])
  func contextsHaveTheNorm(_ law: String) throws {
    let settings = Self.base.merging(["inputs": law, "input-scale": "3"]) { $1 }
    let x = try draw("context-regression", settings, prompts: 300).tensors["x"]!
    var positive = 0
    for prompt in 0..<300 {
      let context = x[prompt * 18..<prompt * 18 + 15]
      #expect((context.reduce(0) { $0 + $1 * $1 } - 9).magnitude < 1e-9)
      if context.allSatisfy({ $0 >= 0 }) { positive += 1 }
    }
    switch law {
    case "normed-exponential": #expect(positive == 300)
    // A third; the others are all positive with probability 2^-15.
    case "normed-mixture": #expect((60...140).contains(positive))
    default: #expect(positive <= 1)
    }
  }

  @Test func labelsAreCorrupted() throws {
    let settings = Self.base.merging(["corrupted-labels": "2", "output-dimension": "1"]) { $1 }
    let drawn = try draw("context-regression", settings, prompts: 500)
    let (x, y, w) = (drawn.tensors["x"]!, drawn.tensors["y"]!, drawn.tensors["w"]!)
    var places = [Int](repeating: 0, count: 5)
    for prompt in 0..<500 {
      let wrong = (0..<5).filter { pair in
        let label = (0..<3).reduce(0) {
          $0 + x[(prompt * 6 + pair) * 3 + $1] * w[prompt * 3 + $1]
        }
        return (label - y[prompt * 5 + pair]).magnitude > 1e-12
      }
      #expect(wrong.count == 2)
      for pair in wrong { places[pair] += 1 }
    }
    // Each place in 2/5 of the prompts: 200, with a standard deviation of 11.
    #expect(places.allSatisfy { (155...245).contains($0) })
  }

  /// The loss is half the mean over outputs; descent has the loss of the closed form.
  @Test(arguments: [1, 10]) func lossOfDescent(outputs: Int) throws {
    let settings = ["dimension": "10", "context-length": "10", "output-dimension": "\(outputs)"]
    let drawn = try draw(
      "context-regression", settings, prompts: 20_000, model: FirstParty.model("context-descent"))
    let loss = mean(drawn.losses)
    #expect((loss.value - 0.206229).magnitude < 4 * loss.error)
  }

  @Test(arguments: [true, false]) func sines(_ shared: Bool) throws {
    let drawn = try draw(
      "sine-regression", ["shared-phase": "\(shared)", "input-range": "4"], prompts: 2000)
    let (a, phase) = (drawn.tensors["amplitude"]!, drawn.tensors["phase"]!)
    let (x, y) = (drawn.tensors["x"]!, drawn.tensors["y"]!)
    #expect(a.allSatisfy { (0.1...0.5).contains($0) })
    #expect(phase.allSatisfy { (0...Double.pi).contains($0) })
    #expect(x.allSatisfy { (-2...2).contains($0) })
    let together = zip(a, phase).allSatisfy { (($0 - 0.1) / 0.4 - $1 / .pi).magnitude < 1e-12 }
    #expect(together == shared)
    #expect((y[13] - a[1] * (x[14] + phase[1]).sine).magnitude < 1e-12)
  }

  @Test func classesAndCrossEntropy() throws {
    let settings = ["dimension": "4", "context-length": "6", "classes": "3"]
    let drawn = try draw(
      "context-classification", settings, prompts: 50,
      model: FirstParty.model(
        "context-descent",
        ["loss": "cross-entropy", "step-choice": "given", "step-sizes": "1e-12"]))
    let (x, y, w) = (drawn.tensors["x"]!, drawn.tensors["y"]!, drawn.tensors["w"]!)
    for prompt in 0..<50 {
      for pair in 0..<6 {
        let scores = (0..<3).map { k in
          (0..<4).reduce(0) {
            $0 + x[(prompt * 7 + pair) * 4 + $1] * w[(prompt * 4 + $1) * 3 + k]
          }
        }
        let best = scores.firstIndex(of: scores.max()!)!
        for k in 0..<3 {
          let label = y[(prompt * 6 + pair) * 3 + k]
          #expect((label - (k == best ? 2.0 / 3 : -1.0 / 3)).magnitude < 1e-12)
        }
      }
    }
    // Logits of nearly 0: log 3.
    #expect(drawn.losses.allSatisfy { ($0 - 1.0986122886681098).magnitude < 1e-9 })
  }
}

extension Double {
  /// By its series, so that no library of sines is compared with itself.
  fileprivate var sine: Double {
    var (sum, term) = (self, self)
    for n in 1..<20 {
      term *= -self * self / Double(2 * n * (2 * n + 1))
      sum += term
    }
    return sum
  }
}
