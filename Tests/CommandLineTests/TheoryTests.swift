import Foundation
import Testing

/// Losses of whole runs against numbers that this program had no part in.
@Suite struct TheoryTests {
  /// Goldens/ridge_loss.txt has the losses of 10^6 prompts by NumPy: context length, mean, standard
  /// error.
  @Test func ridgeIsWhatNumPyComputes() throws {
    let goldens = try String(
      contentsOf: Host.repository.appending(path: "Tests/CommandLineTests/Goldens/ridge_loss.txt"),
      encoding: .utf8
    ).split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
    let document = try Host.run(
      "evaluate", "--model", "ridge", "--task", "ridge", "--prompts", "100000", "--json", "--set",
      "task.dimension=8", "task.context-length=16", "task.noise-variance=0.25"
    ).document()
    let losses = try #require(document["loss_by_context_length"] as? [Double])
    let errors = try #require(document["standard_error_by_context_length"] as? [Double])
    #expect(goldens.count == 17 && losses.count == 17 && errors.count == 17)
    for (golden, (loss, error)) in zip(goldens, zip(losses, errors)) {
      let combined = (golden[2] * golden[2] + error * error).squareRoot()
      #expect(abs(loss - golden[1]) < 4 * combined, "context length \(golden[0])")
    }
  }

  /// One layer of merged linear attention ends at L = tr Λ - Σ λ_d / a_d, with
  /// a_d = 1 + (1 + tr Λ / λ_d) / N (Zhang, Singh, Latham and Saxe 2025).
  @Test(arguments: [[0.4, 0.3, 0.2, 0.1], [1, 1]])
  func linearAttentionReachesItsOptimum(spectrum: [Double]) throws {
    let pairs = 8.0
    let trace = spectrum.reduce(0, +)
    let best = trace - spectrum.map { $0 / (1 + (1 + trace / $0) / pairs) }.reduce(0, +)
    let document = try Host.run(
      "--model", "linear-attention", "--task", "ridge", "--precision", "double", "--steps", "4000",
      "--batch", "512", "--json", "--set", "task.dimension=\(spectrum.count)",
      "task.spectrum=\(spectrum.map { "\($0)" }.joined(separator: ","))",
      "task.context-length=\(Int(pairs))", "task.noise-variance=0", "task.scoring=query",
      "optimizer.learning-rate=0.01", "run.schedule=cosine", "run.evaluation-prompts=1000000"
    ).document()
    let loss = try #require(document["loss"] as? Double)
    #expect(abs(loss - best) < 0.01 * best)
  }
}
