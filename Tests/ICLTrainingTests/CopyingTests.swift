import Foundation
import ICLTraining
import Testing

/// The metrics `copying` and `state-size` on models whose numbers are known.
@Suite struct CopyingTests {
  private func values(_ model: String, _ metric: String, _ own: [String]) throws
    -> [String: Double]
  {
    let run = try TestPlugins.run(
      model, "context-regression", optimizer: nil, metrics: [metric],
      own + [
        "task.dimension=4", "task.context-length=3", "run.evaluation-prompts=64",
        "run.precision=double",
      ])
    let measured = try run.evaluate().evaluation.metrics
    return Dictionary(
      uniqueKeysWithValues: measured.flatMap { $0.values.map { ($0.name, $0.values[0]) } })
  }

  /// Without weights a token is itself: ∂(Σ h_k)/∂e_k = 1 for each of D entries, its norm √D.
  @Test func withoutWeightsTokensAreThemselves() throws {
    let found = try values(
      "plain-attention", "copying",
      ["model.layout=interleaved", "model.layers=2", "model.initial-variance=0"])
    #expect(abs(try #require(found["own"]) - 2) < 1e-12)
    #expect(found["next"] == 0 && found["others"] == 0)
  }

  /// The last layer computes the query's row alone, so one layer cannot be asked.
  @Test func oneLayerIsRefused() throws {
    #expect {
      _ = try values("plain-attention", "copying", ["model.layout=interleaved"])
    } throws: { error in
      "\(error)".contains("layer 0 leaves 1 of 7 tokens")
    }
  }

  /// 2 layers × 2 heads × keys and values of size 3 for all tokens but the query; 4 matrices of a head.
  @Test func numbersOfPlainAttention() throws {
    let found = try values(
      "plain-attention", "state-size",
      ["model.layout=interleaved", "model.layers=2", "model.heads=2", "model.key-size=3"])
    #expect(found["values"] == Double(2 * 2 * 2 * 3 * 6))
    #expect(found["bytes"] == 8 * found["values"]!)
    #expect(found["learned-values"] == Double(2 * 4 * 4 * 2 * 3))
  }
}
