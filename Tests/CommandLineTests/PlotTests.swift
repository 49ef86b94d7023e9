import Foundation
import FoundationXML
import Testing

/// Figures, reports and lists of recorded runs.
@Suite struct PlotTests {
  static let linear = [
    "--model", "linear-attention", "--task", "ridge", "--steps", "40", "--batch", "32", "--set",
    "task.dimension=2", "task.context-length=3", "run.evaluation-prompts=200",
    "evaluations.test.every=10", "evaluations.quiet.every=20",
    "evaluations.quiet.task.noise-variance=0.01",
  ]

  /// Two seeds, and a run that has measured nothing.
  static func withRuns(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for seed in ["0", "1"] {
        let run = try Host.run(linear + ["--seed", seed, "--out", "run-\(seed)"], in: folder)
        #expect(run.status == 0, "\(run.errors)")
      }
      let files = FileManager.default
      try files.copyItem(
        at: folder.appending(path: "run-0"), to: folder.appending(path: "empty"))
      try Data().write(to: folder.appending(path: "empty/metrics.jsonl"))
      try body(folder)
    }
  }

  private func isXML(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

  @Test func figuresAreDrawn() throws {
    try Self.withRuns { folder in
      let terminal = try Host.run("plot", "run-0", "--y", "loss", in: folder)
      #expect(terminal.status == 0, "\(terminal.errors)")
      #expect(terminal.output.hasPrefix("test loss\n") && terminal.output.contains("step"))
      #expect(!terminal.output.contains("\u{1B}"))
      #expect(terminal.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      let both = ["plot", "run-0", "run-1", "--y", "test.loss", "--theory"]
      for (more, texts) in [
        ([], ["seed = 0", "seed = 1", "oracle"]), (["--over", "seed"], ["icl-band", "oracle"]),
        (["--group", "heads"], ["icl-band"]), (["--log-x", "--log-y"], ["seed = 0"]),
        (["--x", "training.loss"], ["training loss"]), (["--title", "a < b"], ["a &lt; b"]),
      ] {
        let answer = try Host.run(both + more + ["--out", "x.svg"], in: folder)
        #expect(answer.status == 0, "\(answer.errors)")
        let svg = try String(contentsOf: folder.appending(path: "x.svg"), encoding: .utf8)
        #expect(isXML(svg), "\(more)")
        for text in texts { #expect(svg.contains(text), "\(more): \(text)") }
      }
      let profile = try Host.run(
        "plot", "run-0", "--y", "test.loss_by_context_length", "--at", "20", in: folder)
      #expect(profile.output.contains("context length"))
    }
  }

  @Test func reportsHoldEveryEvaluation() throws {
    try Self.withRuns { folder in
      let one = try Host.run("report", "run-0", in: folder)
      #expect(one.status == 0 && one.output == "run-0/report.html\n", "\(one.errors)")
      let page = try String(
        contentsOf: folder.appending(path: "run-0/report.html"), encoding: .utf8)
      for text in [
        "linear-attention on ridge: finished, 40 steps", ">test</th>", ">quiet</th>",
        "Loss by context length", "data-column=\"excess\"", "evaluations.quiet.task.noise-variance",
        "command line",
      ] {
        #expect(page.contains(text), "\(text)")
      }
      // Nothing is fetched; the name of SVG's namespace is no address.
      let addresses = page.replacing("http://www.w3.org/2000/svg", with: "")
      #expect(!addresses.contains("http:") && !addresses.contains("https:"))
      let two = try Host.run("report", "run-0", "run-1", "--out", "two.html", in: folder)
      #expect(two.status == 0 && two.output == "two.html\n")
      let both = try String(contentsOf: folder.appending(path: "two.html"), encoding: .utf8)
      #expect(both.contains("Comparison of 2 runs") && both.contains("seed = 1"))
      // A run without measurements has a report, too.
      #expect(try Host.run("report", "empty", in: folder).status == 0)
    }
  }

  /// The final report has the loss of each evaluation, the main one where it always was.
  @Test func runsReportEveryEvaluation() throws {
    let document = try Host.run(Self.linear + ["--json"]).document()
    let all = try #require(document["evaluations"] as? [String: [String: Any]])
    #expect(Set(all.keys) == ["test", "quiet"])
    #expect(all["test"]?["loss"] as? Double == document["loss"] as? Double)
    let (quiet, test) = (all["quiet"]?["oracle_loss"], all["test"]?["oracle_loss"])
    #expect(try #require(quiet as? Double) < (try #require(test as? Double)))
    let text = try Host.run(Self.linear).output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(text.contains("evaluation prompts loss Bayes-optimal ratio"))
    #expect(
      text.contains { $0.hasPrefix("test 200 ") } && text.contains { $0.hasPrefix("quiet 200 ") })
    // One evaluation is told as before.
    let single = try Host.run(
      "evaluate", "--model", "ridge", "--task", "ridge", "--prompts", "100", "--json"
    ).document()
    #expect(single["evaluations"] == nil)
    // A recorded run says the same, and so does its evaluation.
    try Self.withRuns { folder in
      let again = try Host.run("evaluate", "run-0", "--json", in: folder).document()
      let evaluated = try #require(again["evaluations"] as? [String: [String: Any]])
      for name in ["test", "quiet"] {
        #expect(evaluated[name]?["loss"] as? Double == all[name]?["loss"] as? Double, "\(name)")
      }
    }
  }

  @Test func runsAreListed() throws {
    try Self.withRuns { folder in
      let listed = try Host.run("runs", ".", "--json", in: folder)
      #expect(listed.status == 0, "\(listed.errors)")
      for name in ["run-0", "run-1", "empty"] { #expect(listed.output.contains("\"\(name)\"")) }
      // The index is never the only copy of anything.
      try Data("no database".utf8).write(to: folder.appending(path: "runs.sqlite"))
      #expect(try Host.run("runs", ".", "--rebuild", "--json", in: folder).output == listed.output)
      try FileManager.default.removeItem(at: folder.appending(path: "run-1"))
      #expect(try !Host.run("runs", ".", "--json", in: folder).output.contains("run-1"))
    }
  }

  @Test func refusals() throws {
    try Self.withRuns { folder in
      for (arguments, status, text) in [
        (
          ["plot", "run-0", "--y", "lss"], Int32(64), "--y: there is no series 'lss' in these runs."
        ),
        (["plot", "run-0", "--y", "lss"], 64, "Did you mean 'loss'? There are "),
        (
          ["plot", "run-0", "--y", "loss_by_context_length[9]"], 64,
          "--y: 'test.loss_by_context_length' has no element [9]: its shape is [4], counted from 0."
        ),
        (
          ["plot", "run-0", "--y", "test.loss_by_context_length", "--at", "7"], 64,
          "was not measured at step 7; it was at 0, 10, 20, 30, 40."
        ),
        (["plot", "run-0", "--x", "tset.loss"], 64, "--x: there is no series 'tset.loss'"),
        (["plot", "run-0", "--group", "heds"], 64, "--group: no option 'heds' is recorded"),
        (["plot", "run-0", "--over", "sede"], 64, "Did you mean 'seed'?"),
        (["plot", "run-0", "--group", "heads", "--over", "seed"], 64, "exclude each other"),
        (["plot", "empty"], 64, "Nothing was recorded yet."),
        (["plot", "nothing"], 66, "nothing: there is no such folder"),
        (["plot", "."], 65, ".: it is not a run directory: it has no file status"),
        (["plot", "run-0", "--out", "/nowhere/x.svg"], 73, "/nowhere/x.svg: cannot create it"),
        (["plot"], 64, "Missing expected argument"),
        (["report", "/etc"], 65, "/etc: it is not a run directory"),
        (["report", "run-0", "--out", "/nowhere/x.html"], 73, "/nowhere/x.html: cannot create it"),
        (["runs", "nothing"], 66, "nothing"),
      ] {
        let answer = try Host.run(arguments, in: folder)
        #expect(answer.status == status, "\(arguments): \(answer.errors)")
        #expect(answer.errors.contains(text), "\(arguments): \(answer.errors)")
        #expect(answer.output == "")
      }
    }
  }
}
