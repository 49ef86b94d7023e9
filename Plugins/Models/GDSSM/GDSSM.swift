import ICLKit
import SequenceLayers

/// A gated linear recurrence whose state gathers what steps of gradient descent need.
///
/// Over a window X_t = (x_t; ỹ_t; x_{t+1}) of interleaved tokens:
///     S_t = Λ̄ ⊙ S_{t-1} + X_tᵀ w_q X_t,   o_t = C S_tᵀ (X_tᵀ d),   ŷ = -o
/// Sushma et al. 2024 (arXiv 2410.11687). Other layouts: constructed tokens, and pairs.
struct GDSSM: Model {
  static let id = "gd-ssm"
  static let summary = "gated outer-product recurrence that can take steps of gradient descent"

  @Option(
    "tokens: pairs (x_t, y_t); x_1, y_1, x_2, … seen through a window; or y_t x_t beside x_{t+1}")
  var layout = Layout.pairs
  @Option("how the recurrence is computed; the result is the same") var form = RecurrenceForm
    .chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 16
  @Option("layout=pairs: standard deviation of the initial V, K, Q and w_o", 0...1e6)
  var initialScale = 0.3
  @Option("layout=pairs: initial α, before the sigmoid", -100...100) var initialDecay = 4.0
  @Option("layout=pairs: what sums over the context are divided by; 0: N", 0...1e9)
  var divisor = 0.0
  @Option("other layouts: drawn, or the weights that are steps of gradient descent")
  var initialization = Initialization.random
  @Option("initialization=construction: standard deviation of what is added to it", 0...1e3)
  var initialNoise = 0.0
  @Option(
    "initialization=construction: the step sizes η, one for each step; empty: the best for one step",
    -1e9...1e9)
  var stepSizes: [Double] = []
  @Option("layout=interleaved: steps of gradient descent that the layer can hold", 1...256)
  var steps = 1
  @Option("several steps: from the sums Σ y xᵀ and Σ x xᵀ, or two steps from three layers' sums")
  var subLayers = SubLayers.shared
  @Option("add the last token to the output, as the published two-step program does")
  var residual = false
  @Option("a linear map W_0 before the window, from whose weights descent starts") var priorMap =
    false
  @Option("layout=interleaved: width P of an embedding of tokens; 0: none", 0...65536)
  var embedding = 0
  @Option("what the embedding's values go through") var embeddingActivation =
    EmbeddingActivation.none
  @Option("a gated linear unit and a matrix after the recurrence") var gatedReadout = false
  @Option("keep the layer's own weights as they start") var frozen = false
  @Option("layout=constructed: width of the state; 0: that of x", 0...65536) var state = 0
  @Option("layout=constructed: input weights by zero-order hold of a rate, or as they are")
  var discretization = Discretization.zeroOrderHold

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let memory = Memory(graph, task)
    let prediction =
      switch layout {
      case .pairs: try pairs(graph, task, memory)
      case .interleaved: try WindowModel(options: self, task: task).predict(graph, memory)
      case .constructed: try ConstructedModel(options: self, task: task).predict(graph, memory)
      }
    memory.close()
    return prediction.named("prediction")
  }

  /// η_1 … η_K.
  func constructedSteps(_ count: Int, for task: Signature) throws -> [Double] {
    if stepSizes.count == count { return stepSizes }
    if stepSizes.count == 1 { return [Double](repeating: stepSizes[0], count: count) }
    guard stepSizes.isEmpty, count == 1 else {
      throw KitError(
        "\(stepSizes.count) step sizes for \(count) steps: give one, or one for each",
        path: "step-sizes")
    }
    guard let variance = task.properties["input-variance"],
      let kurtosis = task.properties["input-kurtosis"]
    else {
      throw KitError(
        "the task does not say the variance and kurtosis of its inputs: give a step size",
        path: "step-sizes")
    }
    let n = Double(task.contextLength)
    return [n / (variance * (n + Double(task.inputDimension) + kurtosis - 2))]
  }
}

enum Layout: String, OptionChoice { case pairs, interleaved, constructed }
enum Initialization: String, OptionChoice { case random, construction }
enum SubLayers: String, OptionChoice { case shared, separate }
enum EmbeddingActivation: String, OptionChoice { case none, tanh }
enum Discretization: String, OptionChoice {
  case zeroOrderHold = "zero-order-hold"
  case none
}
