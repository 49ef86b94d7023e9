import Foundation
import Testing

/// `--json` writes one document with stable keys, and nothing else on standard output.
@Suite struct DocumentTests {
  static let evaluationKeys: Set<String> = [
    "model", "task", "optimizer", "seed", "threads", "precision", "backend", "parameters",
    "prompts",
    "context_lengths", "loss_by_context_length", "standard_error_by_context_length", "loss",
    "standard_error", "oracle_loss_by_context_length", "oracle_standard_error_by_context_length",
    "oracle_loss", "ratio_to_oracle", "metrics",
  ]

  @Test func evaluate() throws {
    let answer = try Host.run(
      "evaluate", "--model", "ridge", "--task", "ridge", "--prompts", "5000", "--json", "--set",
      "task.context-length=3", "--set", "task.dimension=2")
    #expect(answer.status == 0)
    let document = try answer.document()
    #expect(Set(document.keys) == Self.evaluationKeys)
    #expect(document["prompts"] as? Int == 5000)
    #expect(document["context_lengths"] as? [Int] == [0, 1, 2, 3])
    let losses = try #require(document["loss_by_context_length"] as? [Double])
    let errors = try #require(document["standard_error_by_context_length"] as? [Double])
    // Without context: two weights and noise of variance 1/4.
    #expect(abs(losses[0] - 2.25) < 4 * errors[0])
    // The oracle solves at each position, the model decomposes once: equal but for rounding.
    let oracle = try #require(document["oracle_loss_by_context_length"] as? [Double])
    for (best, own) in zip(oracle, losses) { #expect(abs(best - own) < 1e-12 * own) }
    let ratio = try #require(document["ratio_to_oracle"] as? Double)
    #expect(abs(ratio - 1) < 1e-12)
    let metrics = try #require(document["metrics"] as? [String: Any])
    #expect(Set(metrics.keys) == ["loss-by-context-length", "excess-over-oracle"])
  }

  @Test func run() throws {
    let answer = try Host.run(
      "--model", "linear-attention", "--task", "ridge", "--steps", "30", "--batch", "32", "--json",
      "--metric", "loss-by-context-length", "--set", "task.dimension=2", "run.seed=5",
      "run.evaluation-prompts=100", "--seed", "7")
    #expect(answer.status == 0)
    let document = try answer.document()
    let added: Set<String> = ["steps", "batch", "final_loss", "seconds", "steps_per_second"]
    #expect(Set(document.keys) == Self.evaluationKeys.union(added))
    #expect(document["steps"] as? Int == 30)
    #expect(document["batch"] as? Int == 32)
    #expect(document["seed"] as? Int == 7)
    #expect(document["parameters"] as? Int == 3 + 6)
    // Where no terminal is, progress comes in plain lines.
    #expect(answer.errors.hasPrefix("step 1/30  loss "))
    #expect(!answer.errors.contains("\u{1B}"))
  }

  @Test func dryRunTrainsNothing() throws {
    let arguments = [
      "--model", "linear-attention", "--task", "ridge", "--steps", "1000000000", "--dry-run",
      "--set", "task.dimension=4",
    ]
    let answer = try Host.run(arguments + ["--json"])
    #expect(answer.status == 0 && answer.errors == "")
    let document = try answer.document()
    #expect(document["parameters"] as? Int == 5 + 20)
    let flops = try #require(document["flops_per_step"] as? Double)
    #expect(flops > 0 && document["flops_in_all"] as? Double == flops * 1e9)
    #expect(try #require(document["memory_bytes"] as? Double) > 0)
    let options = try #require(document["options"] as? [String: [String: Any]])
    #expect(options["run.steps"]?["value"] as? Int == 1_000_000_000)
    #expect(options["run.steps"]?["origin"] as? String == "command line")
    #expect(options["task.dimension"]?["origin"] as? String == "command line")
    #expect(options["model.heads"]?["origin"] as? String == "default")
    let text = try Host.run(arguments).output
    #expect(text.contains("FLOPs per step"))
    #expect(text.contains(" in 1,000,000,000 steps, without evaluations: "))
    let predictor = try Host.run("--model", "ridge", "--task", "ridge", "--dry-run").output
    #expect(!predictor.contains("FLOPs in all"))
  }

  @Test func listAndDescribe() throws {
    let listed = try Host.run("list", "--json").document()
    let components = try #require(listed["components"] as? [[String: Any]])
    let names = Set(components.map { "\($0["kind"] ?? "") \($0["id"] ?? "")" })
    #expect(
      names.isSuperset(of: [
        "model linear-attention", "model ridge", "model least-squares", "task ridge",
        "metric loss-by-context-length", "metric excess-over-oracle", "optimizer adam",
        "optimizer momentum", "optimizer gradient-descent",
      ]))
    let described = try Host.run("describe", "ridge", "--json").document()
    let ridges = try #require(described["components"] as? [[String: Any]])
    #expect(Set(ridges.compactMap { $0["kind"] as? String }) == ["model", "task"])
    let task = try #require(ridges.first { $0["kind"] as? String == "task" })
    let options = try #require(task["options"] as? [[String: Any]])
    let dimension = try #require(options.first { $0["name"] as? String == "dimension" })
    #expect(dimension["default"] as? String == "8")
    #expect(dimension["type"] as? String == "integer")
    #expect(dimension["minimum"] as? Double == 1)
  }
}
