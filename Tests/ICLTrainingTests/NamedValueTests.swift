import Foundation
import ICLRecords
import ICLTraining
import Testing

@Suite struct NamedValueTests {
  private static let task = ["task.dimension=3", "task.context-length=5", "task.scoring=query"]
  private let prompts = 300

  private func probe(_ settings: [String] = []) throws -> Probe {
    try Probe(
      TestPlugins.run("linear-attention", "ridge", optimizer: nil, Self.task + settings))
  }

  private func record(
    _ probe: Probe, _ patterns: [String], _ patches: [String] = [], prompts: Int? = nil
  ) throws -> [String: NpzArray] {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "icl-\(UUID().uuidString).npz").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let recording = try probe.record(
      patterns, patches: try patches.map { try Patch($0) }, prompts: prompts ?? self.prompts,
      to: path)
    let archive = try NpzReader(path: path)
    #expect(recording.arrays.map(\.name) == archive.names)
    return try Dictionary(uniqueKeysWithValues: archive.names.map { ($0, try archive.array($0)) })
  }

  /// s_hj = (x_j; y_j)ᵀ W_h x_q and ŷ = 1/N Σ_h Σ_j s_hj V_h (x_j; y_j), in plain loops.
  @Test func scoresAndPredictionsAreThoseOfTheFormula() throws {
    let (d, n, heads) = (3, 5, 2)
    let read = try record(
      probe(["model.heads=2", "model.zero-blocks=never"]),
      ["scores", "own-scores", "x", "y", "heads.*", "prediction"])
    let (x, y) = (try #require(read["x"]).values, try #require(read["y"]).values)
    let value = try #require(read["heads.value"])
    let keyQuery = try #require(read["heads.key-query"])
    #expect(value.header.shape == [heads, d + 1])
    #expect(keyQuery.header.shape == [heads, d + 1, d])
    let scores = try #require(read["scores"])
    #expect(scores.header.shape == [prompts, heads, 1, n])
    let predictions = try #require(read["prediction"]).values
    for prompt in 0..<prompts {
      func token(_ j: Int) -> [Double] {
        let start = (prompt * (n + 1) + j) * d
        return Array(x[start..<start + d]) + [j < n ? y[prompt * n + j] : 0]
      }
      var prediction = 0.0
      for head in 0..<heads {
        for j in 0...n {
          var score = 0.0
          for e in 0...d {
            for c in 0..<d {
              score += token(j)[e] * keyQuery.values[(head * (d + 1) + e) * d + c] * token(n)[c]
            }
          }
          let found =
            j < n
            ? scores.values[(prompt * heads + head) * n + j]
            : read["own-scores"]!.values[prompt * heads + head]
          #expect(abs(found - score) < 1e-12)
          let along = (0...d).reduce(0) { $0 + value.values[head * (d + 1) + $1] * token(j)[$1] }
          // V's entries for inputs are drawn but not used: labels are updated from labels.
          prediction += score * along / Double(n)
        }
      }
      #expect(abs(predictions[prompt] - prediction) < 1e-12)
    }
  }

  /// Without scores the prediction is 0, since the query's own label is; the loss is the target's.
  @Test func zeroScoresPredictZero() throws {
    let probe = try probe()
    let read = try record(probe, ["target", "losses", "predictions"], ["scores=zero"])
    #expect(read["predictions"]!.values.allSatisfy { $0 == 0 })
    let clean = try record(probe, ["target", "losses", "predictions"])
    #expect(clean["target"] == read["target"])
    var total = 0.0
    for prompt in 0..<prompts {
      let target = clean["target"]!.values[prompt]
      let error = clean["predictions"]!.values[prompt] - target
      let scale = clean["losses"]!.values[prompt] / (error * error)
      #expect(abs(read["losses"]!.values[prompt] - scale * target * target) < 1e-9)
      total += scale * target * target
    }
    let effect = try probe.effect(of: [Patch("scores=zero")], prompts: prompts)
    #expect(abs(effect.after.mean - total / Double(prompts)) < 1e-9)
    let losses = clean["losses"]!.values
    #expect(abs(effect.before.mean - losses.reduce(0, +) / Double(prompts)) < 1e-9)
    #expect(abs(effect.change.mean - (effect.after.mean - effect.before.mean)) < 1e-12)
    #expect(effect.change.standardError < effect.before.standardError)
  }

  @Test func meanAndOtherPrompt() throws {
    let probe = try probe(["model.heads=2"])
    let clean = try record(probe, ["prediction", "scores"], prompts: prompts + 1)
    let mean = try record(probe, ["scores"], ["scores=mean"])["scores"]!
    let size = 2 * 5
    for element in 0..<size {
      let expected =
        (0..<prompts).reduce(0) { $0 + clean["scores"]!.values[$1 * size + element] }
        / Double(prompts)
      #expect(abs(mean.values[element] - expected) < 1e-12)
    }
    let other = try record(probe, ["predictions"], ["prediction=other-prompt"])["predictions"]!
    // A value that is read may be computed in another order than one that is not.
    #expect(
      zip(other.values, clean["prediction"]!.values.dropFirst()).allSatisfy { abs($0 - $1) < 1e-14 }
    )
    #expect(other.values.count == prompts)
  }

  /// A replaced input is one for the model alone: targets, and the best prediction, stay.
  @Test func theTaskSeesNoPatch() throws {
    let probe = try probe()
    let clean = try record(probe, ["target", "oracle-losses", "prediction"])
    let patched = try record(probe, ["target", "oracle-losses", "prediction"], ["y=zero"])
    #expect(clean["target"] == patched["target"])
    #expect(clean["oracle-losses"] == patched["oracle-losses"])
    #expect(patched["prediction"]!.values.allSatisfy { $0 == 0 })
  }

  /// More prompts than are computed at once.
  @Test func chunksAreOneArray() throws {
    let probe = try probe()
    let all = try record(probe, ["scores"], prompts: 5000)["scores"]!
    #expect(all.header.shape == [5000, 1, 1, 5])
    #expect(
      all.values.prefix(10) == (try record(probe, ["scores"], prompts: 2))["scores"]!.values[...])
    #expect(!all.values.contains { !$0.isFinite })
  }

  @Test func everyModelNamesItsValues() throws {
    let expected: [(String, String, [String], [String])] = [
      ("linear-attention", "ridge", ["model.layers=2"], ["layers.0.residual", "layers.1.scores"]),
      (
        "linear-transformer", "ridge", ["task.scoring=query"],
        ["layers.1.residual", "layers.2.update"]
      ),
      (
        "softmax-transformer", "ridge", [],
        [
          "layers.0.attention.pattern", "layers.1.attention.scores", "layers.1.residual",
          "layers.0.mlp.active",
        ]
      ),
      ("gd-ssm", "ridge", [], ["values", "keys", "queries", "prediction"]),
      ("mamba", "ridge", [], ["step", "reads", "prediction"]),
      ("softmax-mixer", "boolean", [], ["attention", "mixed", "prediction"]),
    ]
    for (model, task, settings, names) in expected {
      let values = try Probe(TestPlugins.run(model, task, optimizer: nil, settings)).values
      for name in names { #expect(values[name] != nil, "\(model) \(name)") }
      #expect(values["prediction"] == nil || values["prediction"]?.isBatched == true)
    }
  }

  @Test func refusals() throws {
    let probe = try probe()
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "no error"
    }
    func patching(_ texts: String...) -> String {
      message { _ = try probe.effect(of: try texts.map { try Patch($0) }, prompts: 10) }
    }
    #expect(
      message { _ = try record(probe, ["scorse"]) }
        == "--node: no value is called 'scorse'. Did you mean 'scores'?")
    #expect(
      message { _ = try record(probe, ["layers.*"]) }
        == "--node: no value is called 'layers.*'. icl-host describe MODEL --task TASK lists them.")
    #expect(
      patching("score=zero") == "--patch: no value is called 'score'. Did you mean 'scores'?")
    #expect(
      patching("scores")
        == "--patch: 'scores' has no '='. Write NODE=zero|mean|other-prompt, such as "
        + "layers.1.attention.scores=zero.")
    #expect(
      patching("scores=men")
        == "--patch: 'men' is nothing that a value can become. Did you mean 'mean'?")
    #expect(patching("scores=zero", "scores=mean") == "--patch: 'scores' is replaced twice.")
    #expect(
      patching("heads.value=mean")
        == "--patch: 'heads.value' is the same for all prompts, so mean changes nothing. It can "
        + "become zero.")
    #expect(
      patching("target=zero")
        == "--patch: the prediction does not depend on 'target'. icl-host graph draws what does.")
    let predictor = try Probe(
      TestPlugins.run("least-squares", "ridge", optimizer: nil, Self.task))
    let text = message { _ = try predictor.effect(of: [Patch("x=zero")], prompts: 10) }
    #expect(text == "no error" || text.contains("computes by itself"))
  }
}
