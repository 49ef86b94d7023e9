import ICLKit

/// A gated outer-product recurrence, whose state can hold a step of gradient descent.
///
/// With c_t = (x_t, y_t), t = 1…N, and a = sigmoid(α) in (0, 1)^m, m = D + O:
///     S_t = diag(a) S_{t-1} + 1/N (V c_t) (K c_t)ᵀ,   ŷ = w_o S Q (x, 0)
/// with S the state before x. Sushma et al. 2024 (arXiv 2410.11687).
struct GDSSM: Model {
  static let id = "gd-ssm"
  static let summary = "gated outer-product recurrence that can take a step of gradient descent"

  @Option("how the recurrence is computed; the result is the same") var form = Form.chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 16
  @Option("standard deviation of the initial V, K, Q and w_o", 0...1e6) var initialScale = 0.3
  @Option("initial α, before the sigmoid", -100...100) var initialDecay = 4.0
  @Option("what sums over the context are divided by; 0: N", 0...1e9) var divisor = 0.0

  func build(_ graph: Graph, for task: Signature) -> Tensor {
    let n = task.contextLength
    let width = task.inputDimension + task.outputDimension
    let x = graph.input("x")
    func matrix(_ name: String, _ rows: Int) -> Tensor {
      graph.parameter(name, [rows, width], standardDeviation: initialScale)
    }
    let pairs = PromptLayout.contextPairs(x, graph.input("y"))
    let asked = PromptLayout.queryTokens(
      x[(n + 1 - task.positions)..<n + 1], outputs: task.outputDimension)
    let scale = divisor > 0 ? divisor : Double(n)
    let values = einsum("ij,tj->ti", matrix("value", width), pairs) / scale
    let keys = einsum("ij,tj->ti", matrix("key", width), pairs)
    let queries = einsum("ij,tj->ti", matrix("query", width), asked)
    let alpha = graph.parameter(
      "decay", initial: graph.constant([width]) { _ in initialDecay })
    let recurrence = GatedRecurrence(
      values: values.named("values"), keys: keys.named("keys"), queries: queries.named("queries"),
      decay: alpha,
      readout: matrix("readout", task.outputDimension))
    let prediction =
      switch (form, task.scoring) {
      case (.scan, .query): recurrence.scanToQuery()
      case (.scan, .everyPrefix): recurrence.scan()
      case (.recurrence, .query): recurrence.stackToQuery()
      case (.recurrence, .everyPrefix): recurrence.stack()
      case (.chunked, .query): recurrence.weightedSum()
      case (.chunked, .everyPrefix): recurrence.chunked(chunk)
      }
    return prediction.named("prediction")
  }
}

enum Form: String, OptionChoice { case scan, recurrence, chunked }
