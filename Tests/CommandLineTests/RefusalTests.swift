import Foundation
import Testing

/// Every refusal comes before work starts, says what to do, and has its exit status.
@Suite struct RefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var status: Int32
    var text: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let linear = ["--model", "linear-attention", "--task", "ridge"]

  static let cases = [
    Case(arguments: [], status: 64, text: "Missing expected argument '--model <model>'"),
    Case(arguments: linear + ["--stesp", "3"], status: 64, text: "Did you mean '--steps'?"),
    Case(
      arguments: ["frobnicate"], status: 64,
      text: "unknown command 'frobnicate'; commands are run, evaluate, predict, sample, "
        + "reproduce, analyse, list, describe, probe, graph, runs, plot, report, config, registry, "
        + "new, validate, bench, help."),
    Case(arguments: ["evalaute"], status: 64, text: "Did you mean 'evaluate'?"),
    Case(arguments: linear + ["--set", "heads"], status: 64, text: "'heads' has no '='."),
    Case(
      arguments: linear + ["--set", "modle.heads=2"], status: 78,
      text: "Did you mean 'model.heads'?"),
    Case(
      arguments: linear + ["--set", "model.heads=2", "--set", "model.head=2"], status: 78,
      text: "model.head: there is no such option.\n  Did you mean 'heads'?"),
    Case(
      arguments: linear + ["--set", "model.heads=2", "task.dimensoin=2"], status: 78,
      text: "task.dimensoin: there is no such option.\n  Did you mean 'dimension'?"),
    Case(
      arguments: linear + ["--steps", "0"], status: 78,
      text: "run.steps: expected a whole number from 1 to 1000000000000 steps, found '0'."),
    Case(arguments: linear + ["--steps", "-5"], status: 78, text: "run.steps: expected"),
    Case(arguments: linear + ["--batch", "-1"], status: 78, text: "run.batch: expected"),
    Case(arguments: linear + ["--threads", "0"], status: 78, text: "run.threads: expected"),
    Case(arguments: linear + ["--precision", "half"], status: 78, text: "run.precision: expected"),
    Case(
      arguments: linear + ["--set", "optimizer.learning-rate=nan"], status: 78,
      text: "optimizer.learning-rate: expected a number"),
    Case(
      arguments: linear + ["--set", "task.dimension=-8"], status: 78,
      text: "task.dimension: expected"),
    Case(
      arguments: linear + ["--set", "task.dimension=60000"], status: 69,
      text: "holds more than 2^28 elements"),
    Case(
      arguments: linear + ["--set", "metric.loss-by-context-length.colour=red"], status: 78,
      text: "metric.loss-by-context-length.colour: there is no such option."),
    Case(
      arguments: linear + ["--set", "metric.loss-by-context.colour=red"], status: 78,
      text: "Did you mean 'metric.loss-by-context-length'?"),
    Case(arguments: linear + ["--backend", "abacus"], status: 78, text: "run.backend: expected"),
    Case(
      arguments: linear + ["--batch", "1000000000000"], status: 78, text: "of memory are free."),
    Case(
      arguments: ["--model", "linear-attentoin", "--task", "ridge"], status: 69,
      text: "Did you mean 'linear-attention'?"),
    Case(
      arguments: ["--model", "./nothing.so", "--task", "ridge"], status: 69, text: "./nothing.so"),
    Case(
      arguments: ["--model", "/proc/self/exe", "--task", "ridge"], status: 69,
      text: "it is not a plugin."),
    Case(
      arguments: ["evaluate", "--model", "ridge", "--task", "ridge", "--prompts", "1"],
      status: 78, text: "run.evaluation-prompts: expected"),
    Case(
      arguments: ["sample", "--task", "ridge", "--prompts", "-1", "--out", "x.npz"], status: 78,
      text: "--prompts: expected"),
    Case(
      arguments: ["sample", "--task", "ridge", "--prompts", "1", "--out", "/nowhere/x.npz"],
      status: 73, text: "/nowhere/x.npz: cannot create it"),
    Case(arguments: ["describe", "rigde"], status: 69, text: "Did you mean 'ridge'?"),
  ]

  @Test(arguments: cases)
  func nonsenseIsRefused(_ refused: Case) throws {
    let answer = try Host.run(refused.arguments)
    #expect(answer.status == refused.status)
    #expect(answer.errors.contains(refused.text), "\(answer.errors)")
    #expect(!answer.errors.contains("step 1"))
    #expect(answer.output == "")
  }

  /// Divergence is not a refusal: it stops the run where it happens.
  @Test func aLossThatBecomesInfiniteStopsTheRun() throws {
    let answer = try Host.run(
      Self.linear + [
        "--optimizer", "gradient-descent", "--set", "optimizer.learning-rate=10000", "--json",
      ])
    #expect(answer.status == 1)
    #expect(answer.output == "")
    #expect(answer.errors.contains("icl-host: error: step "), "\(answer.errors)")
    #expect(answer.errors.contains("The first value that is not finite: "), "\(answer.errors)")
    #expect(answer.errors.contains("Try a smaller optimizer.learning-rate"), "\(answer.errors)")
  }
}
