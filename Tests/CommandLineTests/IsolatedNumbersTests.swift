import Foundation
import Testing

/// Results do not depend on where a plugin's code runs.
@Suite struct IsolatedNumbersTests {
  /// Jobs of first-party plugins, and of one in C with a custom operation and sampling of its own.
  static let jobs: [(name: String, arguments: [String])] = [
    (
      "linear-attention, adam",
      [
        "--model", "linear-attention", "--task", "ridge", "--optimizer", "adam", "--metric",
        "loss-by-context-length", "--metric", "excess-over-oracle", "--steps", "120", "--batch",
        "64", "--set", "run.evaluation-prompts=600", "record.checkpoint-every=50",
      ]
    ),
    (
      "a driving optimizer",
      [
        "--model", "linear-attention", "--task", "ridge", "--optimizer", "bfgs", "--steps", "5",
        "--batch", "64", "--set", "run.evaluation-prompts=200", "task.dimension=2",
        "task.context-length=4",
      ]
    ),
    (
      "mamba, momentum",
      [
        "--model", "mamba", "--task", "ridge", "--optimizer", "momentum", "--steps", "6",
        "--batch", "32", "--set", "run.evaluation-prompts=100", "task.dimension=2",
        "task.context-length=3",
      ]
    ),
    ("in C, one thread", FragilePlugin.training()),
    ("in C, three threads", FragilePlugin.training() + ["--threads", "3"]),
    ("in C, tiles together", FragilePlugin.training(batch: 1040)),
    (
      "in C, tiles together on three threads",
      FragilePlugin.training(batch: 1040) + ["--threads", "3"]
    ),
    ("in C, wide tiles", FragilePlugin.training(batch: 2048)),
    ("in C, double", FragilePlugin.training() + ["--precision", "double"]),
  ]

  @Test(arguments: jobs.indices) func trainingIsTheSame(_ index: Int) throws {
    let (name, arguments) = Self.jobs[index]
    try withTemporaryFolder { folder in
      _ = try FragilePlugin(in: folder)
      for policy in ["never", "always"] {
        let answer = try Host.run(
          arguments + ["--isolate", policy, "--out", policy], in: folder)
        #expect(answer.status == 0, "\(name): \(answer.errors)")
      }
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "never/checkpoints").path)
      #expect(!files.isEmpty)
      for file in ["metrics.jsonl", "metrics.csv"] + files.map({ "checkpoints/\($0)" }) {
        let same =
          try Data(contentsOf: folder.appending(path: "never/\(file)"))
          == Data(contentsOf: folder.appending(path: "always/\(file)"))
        #expect(same, "\(name): \(file)")
      }
    }
  }

  /// Predictors, and sampling.
  @Test(arguments: [
    ["evaluate", "--model", "least-squares", "--task", "ridge", "--prompts", "500", "--json"],
    ["evaluate", "--model", "ridge", "--task", "ridge", "--prompts", "500", "--json"],
    [
      "evaluate", "--model", "./fragile.so#mean-label", "--task", "./fragile.so#sampled",
      "--prompts", "500", "--json",
    ],
  ])
  func evaluationIsTheSame(_ arguments: [String]) throws {
    try withTemporaryFolder { folder in
      _ = try FragilePlugin(in: folder)
      var losses: [String] = []
      for policy in ["never", "always"] {
        let answer = try Host.run(arguments + ["--isolate", policy], in: folder)
        #expect(answer.status == 0, "\(answer.errors)")
        let document = try answer.document()
        losses.append("\(document["loss_by_context_length"] ?? "") \(document["loss"] ?? "none")")
      }
      #expect(losses[0] == losses[1])
      #expect(!losses[0].hasSuffix("none"))
    }
  }
}
