import Foundation
import FoundationXML
import ICLRecords
import Testing

/// Values inside a trained model, recorded and replaced, against the model's formula.
@Suite struct ProbeTests {
  static let small = [
    "--model", "linear-attention", "--task", "ridge", "--steps", "200", "--batch", "64", "--set",
    "task.dimension=2", "task.context-length=3", "task.scoring=query", "model.heads=2",
    "optimizer.learning-rate=0.01", "run.evaluation-prompts=100",
  ]

  static func withRun(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let run = try Host.run(small + ["--out", "run"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      try body(folder)
    }
  }

  /// The arrays of a safetensors file, read by its definition: 8 bytes that say how long a JSON
  /// header is, and the values behind it.
  private func parameters(_ file: URL) throws -> [String: [Double]] {
    let bytes = try Data(contentsOf: file)
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let start = 8 + length
    let object = try JSONSerialization.jsonObject(with: bytes[8..<start])
    let header = try #require(object as? [String: [String: Any]])
    return try header.filter { $0.key != "__metadata__" }.mapValues { entry in
      #expect(entry["dtype"] as? String == "F32")
      let range = try #require(entry["data_offsets"] as? [Int])
      return stride(from: start + range[0], to: start + range[1], by: 4).map { place in
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
        return Double(Float(bitPattern: bits))
      }
    }
  }

  /// Scores are e_jᵀ W x_q, the prediction 1/N Σ_h V_h (Σ_j e_j score_hj + e_q score_hq), with
  /// e_j = (x_j; y_j) and e_q = (x_q; 0).
  @Test func recordedValuesFollowTheFormula() throws {
    try Self.withRun { folder in
      let answer = try Host.run(
        "probe", "run", "--node", "x", "--node", "y", "--node", "*scores", "--node", "prediction",
        "--prompts", "5", "--out", "values.npz", in: folder)
      #expect(answer.status == 0, "\(answer.errors)")
      let file = try NpzReader(path: folder.appending(path: "values.npz").path)
      #expect(Set(file.names) == ["x", "y", "own-scores", "scores", "prediction"])
      func values(_ name: String) throws -> [Double] { try file.array(name).values }
      let (x, y) = (try values("x"), try values("y"))
      let (scores, own) = (try values("scores"), try values("own-scores"))
      let predictions = try values("prediction")
      let parameters = try parameters(
        folder.appending(path: "run/checkpoints/step-00000200.safetensors"))
      let value = try #require(parameters["heads.value"])
      let keyQuery = try #require(parameters["heads.key-query"])
      let (heads, d, n) = (2, 2, 3)
      #expect(value.count == heads * (d + 1) && keyQuery.count == heads * (d + 1) * d)
      for prompt in 0..<5 {
        let query = (0..<d).map { x[(prompt * (n + 1) + n) * d + $0] }
        let tokens =
          (0..<n).map { j in
            (0..<d).map { x[(prompt * (n + 1) + j) * d + $0] } + [y[prompt * n + j]]
          } + [query + [0]]
        var sum = 0.0
        for head in 0..<heads {
          for (j, token) in tokens.enumerated() {
            var score = 0.0
            for (row, part) in token.enumerated() {
              for column in 0..<d {
                score += part * keyQuery[(head * (d + 1) + row) * d + column] * query[column]
              }
            }
            let found =
              j < n ? scores[(prompt * heads + head) * n + j] : own[prompt * heads + head]
            #expect(abs(found - score) < 1e-12)
            for (row, part) in token.enumerated() {
              sum += value[head * (d + 1) + row] * part * score
            }
          }
        }
        #expect(abs(predictions[prompt] - sum / Double(n)) < 1e-12)
      }
    }
  }

  /// Without its scores the model predicts 0, so that the loss is that of a model of zeros: the mean
  /// square of the targets.
  @Test func patchedScoresAreZero() throws {
    try Self.withRun { folder in
      let recorded = try Host.run(
        "probe", "run", "--node", "target", "--patch", "scores=zero", "--patch",
        "own-scores=zero", "--prompts", "500", "--out", "t.npz", "--json", in: folder)
      #expect(recorded.status == 0, "\(recorded.errors)")
      let targets = try NpzReader(path: folder.appending(path: "t.npz").path).array("target").values
      let patched = try Host.run(
        "evaluate", "run", "--patch", "scores=zero", "--patch", "own-scores=zero", "--prompts",
        "500", "--json", in: folder
      ).document()
      let square = targets.reduce(0) { $0 + $1 * $1 } / Double(targets.count)
      let loss = try #require(patched["patched_loss"] as? Double)
      #expect(abs(loss / square - 1) < 1e-9, "\(loss) \(square)")
      let plain = try Host.run("evaluate", "run", "--prompts", "500", "--json", in: folder)
        .document()
      let (before, after) = (plain["loss"] as? Double, patched["loss"] as? Double)
      #expect(abs(try #require(before) - (try #require(after))) < 1e-6)
      // What one prompt's scores are is as good as any other's only for a model that ignores them.
      let other = try Host.run(
        "evaluate", "run", "--patch", "scores=other-prompt", "--prompts", "500", "--json",
        in: folder
      ).document()
      #expect(try #require(other["patched_loss"] as? Double) > (try #require(before)))
    }
  }

  @Test func valuesAreListedAndDrawn() throws {
    let listed = try Host.run(
      "describe", "linear-attention", "--task", "ridge", "--set", "task.dimension=4",
      "model.heads=3"
    )
    #expect(listed.status == 0, "\(listed.errors)")
    let lines = listed.output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.first == "value shape differs FLOPs")
    #expect(lines.contains { $0.hasPrefix("heads.key-query [3, 5, 4] by step") })
    #expect(lines.contains { $0.hasPrefix("scores [3, 17, 16] by prompt") })
    let linear = ["graph", "--model", "linear-attention", "--task", "ridge"]
    let dot = try Host.run(linear + ["--format", "dot"]).output
    #expect(dot.hasPrefix("digraph {") && dot.hasSuffix("}\n") && dot.contains("einsum"))
    let svg = try Host.run(linear + ["--format", "svg", "--stage", "before"]).output
    #expect(svg.contains("<svg") && svg.hasSuffix("</svg>\n"))
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse())
  }

  @Test func refusals() throws {
    try Self.withRun { folder in
      for (arguments, status, text) in [
        (["probe", "run"], Int32(64), "nothing to do: name values with --node"),
        (["probe", "run", "--node", "scores"], 64, "--node and --out go together"),
        (
          ["probe", "run", "--node", "scroes", "--out", "x.npz"], 78,
          "--node: no value is called 'scroes'.\n  Did you mean 'scores'?"
        ),
        (["evaluate", "run", "--patch", "scores"], 64, "--patch: "),
        (
          ["evaluate", "run", "--patch", "scores=one"], 64,
          "'one' is nothing that a value can become.\n  Known are: zero, mean, other-prompt."
        ),
        (["evaluate", "run", "--patch", "zz=zero"], 78, "--patch: no value is called 'zz'."),
        (
          ["probe", "run", "--step", "7", "--node", "x", "--out", "x.npz"], 66,
          "run: it has no checkpoint of step 7.\n  It has those of steps 20, 40,"
        ),
        (["probe", "run", "--node", "x", "--out", "/nowhere/x.npz"], 73, "/nowhere/x.npz: cannot"),
        (["probe", "nothing", "--node", "x", "--out", "x.npz"], 66, "nothing: cannot open it"),
      ] {
        let answer = try Host.run(arguments, in: folder)
        #expect(answer.status == status, "\(arguments): \(answer.errors)")
        #expect(answer.errors.contains(text), "\(arguments): \(answer.errors)")
        #expect(answer.output == "")
      }
    }
  }
}
