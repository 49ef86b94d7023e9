import Foundation
import Testing

/// Experiment files from the command line.
@Suite struct ExperimentTests {
  static let examples = Host.repository.appending(path: "Registry/experiments")
  static let names = ["ridge", "growing-diversity", "changing-noise"]

  static func example(_ name: String) -> String {
    examples.appending(path: "\(name).yaml").path
  }

  /// A whole run, recorded: every evaluation at its steps, on the same prompts each time.
  @Test func evaluationsFollowTheirSchedules() throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "run")
      let answer = try Host.run(
        "run", Self.example("changing-noise"), "--out", out.path, "--json", "--set", "run.steps=40",
        "evaluations.test.every=16", "evaluations.quiet.every=10",
        "evaluations.longer-context.at=[0, 3, 40]", "run.evaluation-prompts=2000",
        "schedules.task.noise-variance.steps=[0, 20]")
      #expect(answer.status == 0, "\(answer.errors)")
      var found: [String: [[String: Any]]] = [:]
      let text = try String(contentsOf: out.appending(path: "metrics.jsonl"), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        let record = try #require(object as? [String: Any])
        guard record["kind"] as? String == "evaluation" else { continue }
        let name = try #require(record["name"] as? String)
        found[name, default: []].append(record)
      }
      #expect(
        found.mapValues { $0.compactMap { $0["step"] as? Int } } == [
          "test": [0, 16, 32, 40], "quiet": [0, 10, 20, 30, 40], "longer-context": [0, 3, 40],
          "query-alone": [0, 10, 20, 30, 40],
        ])
      // The best possible loss is the same number each time, since the prompts are the same; and
      // without context it is that of four weights of variance 1, and the noise.
      for (name, noise, positions) in [
        ("test", 1.0, 9), ("quiet", 0.05, 9), ("longer-context", 1, 17), ("query-alone", 1, 1),
      ] {
        let records = try #require(found[name])
        #expect(Set(records.compactMap { $0["oracle_loss"] as? Double }).count == 1, "\(name)")
        let best = try #require(records[0]["oracle_loss_by_context_length"] as? [Double])
        #expect(best.count == positions, "\(name)")
        guard positions > 1 else { continue }
        // The spread of a squared normal is √2 times its mean.
        #expect(abs(best[0] / (4 + noise) - 1) < 4 * (2.0 / 2000).squareRoot(), "\(name)")
      }
      #expect(Set(found["query-alone"]!.compactMap { $0["prompts"] as? Int }) == [8192])
    }
  }

  @Test(arguments: names)
  func dryRunsShowEverything(name: String) throws {
    let answer = try Host.run("run", Self.example(name), "--dry-run")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.output.contains("ridge.yaml:3"))
    #expect(answer.output.contains("evaluations.test.prompts"))
  }

  /// What is shown is an experiment that says the same.
  @Test func shownIsRunnable() throws {
    try withTemporaryFolder { folder in
      let arguments = ["config", "show", Self.example("growing-diversity"), "--set", "run.steps=7"]
      let shown = try Host.run(arguments)
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(!shown.output.contains("#"))
      let copy = folder.appending(path: "copy.yaml")
      try Data(shown.output.utf8).write(to: copy)
      #expect(try Host.run("config", "show", copy.path).output == shown.output)
      let first = try Host.run(arguments + ["--json"]).document()
      let second = try Host.run("config", "show", copy.path, "--json").document()
      #expect(first["identity"] as? String == second["identity"] as? String)
      let values = try #require(first["values"] as? [String: [String: Any]])
      #expect(values["run.steps"]?["value"] as? Int == 7)
      #expect(values["run.steps"]?["origin"] as? String == "command line")
      #expect(values["metrics[0]"] != nil && values["schedules.task.tasks.values"] != nil)
      let origins = try Host.run(arguments + ["--origin"]).output
      #expect(origins.contains("  steps: 7  # command line\n"), "\(origins)")
      #expect(origins.contains("  heads: 1  # default\n"), "\(origins)")
    }
  }

  @Test(arguments: [
    (["run", "nothing.yaml"], Int32(66), "nothing.yaml: cannot open it: No such file"),
    (["ridge.yaml"], 64, "To run an experiment: icl-host run ridge.yaml"),
    (["run", "broken.yaml"], 78, "broken.yaml:3: task.dimensoin: there is no such option."),
    (["config", "show", "broken.yaml"], 78, "Did you mean 'dimension'?"),
    (["config", "shwo"], 64, "shwo"),
    (["config", "show"], 64, "Missing expected argument '--model <model>'"),
    (["config", "schema", "--model", "linear-attentoin"], 69, "Did you mean 'linear-attention'?"),
  ])
  func refusals(arguments: [String], status: Int32, text: String) throws {
    try withTemporaryFolder { folder in
      try Data("model: linear-attention\ntask: {component: ridge,\n  dimensoin: 3}".utf8)
        .write(to: folder.appending(path: "broken.yaml"))
      let answer = try Host.run(arguments, in: folder)
      #expect(answer.status == status)
      #expect(answer.errors.contains(text), "\(answer.errors)")
      #expect(answer.output == "")
    }
  }
}
