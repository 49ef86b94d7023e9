import ICLKit

/// What a first layer copies from token to token: ‖mean over prompts of ∂(Σ h_k)/∂e_j‖.
///
/// h_k is token k after `layers.0.residual`, e_j token j before it (`tokens`); j = k, the next token,
/// and the mean of the others, each averaged over all k but the last two tokens. von Oswald et al. 2023
/// (arXiv 2212.07677), the analysis of their figure on copying.
struct Copying: DeclaringMetric {
  static let id = "copying"
  static let summary = "how much a first layer's tokens depend on themselves, the next, the others"
  static let needs: MetricNeeds = []

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    let tokens = graph.input("tokens")
    let after = graph.input("layers.0.residual")
    let length = tokens.extent(0)
    guard length > 2, after.extent(0) == length else {
      throw KitError(
        "layer 0 leaves \(after.extent(0)) of \(length) tokens: copying needs all of at least 3, "
          + "which a model of two layers keeps", path: "layers", code: .unsupported)
    }
    // Of each prompt, [tokens k, tokens j, width].
    let parts = (0..<length - 2).map { graph.gradient(of: after[$0..<$0 + 1].sum(), for: tokens) }
    // A number of every prompt, as chunks have them.
    let count = graph.constant([Double(length)], [1]) + 0 * graph.input("losses").sum()
    return [
      ("sensitivity", parts.count == 1 ? parts[0] : concatenate(parts, axis: 0)),
      ("tokens", count),
    ]
  }

  func begin(_ task: Signature) -> any Accumulator { Sensitivity() }
}

private final class Sensitivity: Accumulator {
  private var sums: [Double] = []
  private var length = 0
  private var prompts = 0

  func accumulate(_ chunk: Chunk) throws {
    guard let values = chunk.declared("sensitivity"), let tokens = chunk.declared("tokens")?.first
    else { throw KitError("the host did not compute what was declared", code: .failed) }
    length = Int(tokens)
    let size = values.count / chunk.count
    if sums.isEmpty { sums = [Double](repeating: 0, count: size) }
    for prompt in 0..<chunk.count {
      for index in 0..<size { sums[index] += values[prompt * size + index] }
    }
    prompts += chunk.count
  }

  func finish(_ report: Report) {
    // Rows of `sums`: (length - 2) tokens k, each with `length` tokens j.
    guard prompts > 0 else { return }
    let width = sums.count / ((length - 2) * length)
    var (own, next, others) = (0.0, 0.0, 0.0)
    for k in 0..<length - 2 {
      for j in 0..<length {
        let start = (k * length + j) * width
        let square = sums[start..<start + width].reduce(0) { $0 + $1 * $1 }
        let norm = square.squareRoot() / Double(prompts)
        switch j {
        case k: own += norm
        case k + 1: next += norm
        default: others += norm / Double(length - 2)
        }
      }
    }
    let count = Double(length - 2)
    report.scalar("own", own / count)
    report.scalar("next", next / count)
    report.scalar("others", others / count)
  }
}
