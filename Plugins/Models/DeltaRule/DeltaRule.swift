import ContextDescent
import ICLKit
import SequenceLayers

/// A linear map that is corrected by each block of m pairs: online descent, a fast-weight memory.
///
///     W ← W + η/m Σ_block (v_i - W k_i) k_iᵀ,   ŷ = W q
/// With k = q = x, v = y and m = 1 it is the delta rule; m = N is one step of descent.
struct DeltaRule: Model {
  static let id = "delta-rule"
  static let summary = "a linear map corrected pair by pair, or by mini-batches of pairs"

  @Option("m, the pairs of a mini-batch; 0: all", 0...1_048_576) var miniBatch = 1
  @Option("η at the start; 0: the best for the task's law of inputs", 0...1e9) var stepSize = 0.0
  @Option("learned maps of x to keys and queries, which start as the identity") var maps = false
  @Option(
    "token by token; block by block; or, for m = 1, chunks of tokens by triangular systems")
  var form = RecurrenceForm.chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 16
  @Option("the pairs (x_j, y_j); or residual layers on the tokens x_1, y_1, x_2, …, as in DeltaNet")
  var layout = Layout.pairs
  @Option("layout=interleaved: width of the residual stream", 1...65536) var width = 32
  @Option("layout=interleaved: number of layers", 1...256) var layers = 1
  @Option(
    "layout=interleaved: taps of a causal convolution before keys and values; 0: none", 0...64)
  var convolution = 0

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    if layout == .interleaved { return try interleaved(graph, task) }
    let (n, d, o) = (task.contextLength, task.inputDimension, task.outputDimension)
    let memory = Memory(graph, task)
    // A prompt without pairs has a block of none.
    let size = miniBatch == 0 ? max(n, 1) : miniBatch
    guard task.scoring == .everyPrefix || n % size == 0 else {
      throw KitError("mini-batches of \(size) do not divide \(n) pairs", path: "mini-batch")
    }
    let start =
      stepSize > 0 ? stepSize : try task.bestSteps(1, kind: .bestConstant, miniBatch: size)[0]
    let rate = graph.parameter("step-size", initial: graph.constant([1]) { _ in start })
    let x = graph.input("x")
    func mapped(_ name: String, _ x: Tensor) -> Tensor {
      guard maps else { return x }
      let map = graph.parameter(
        name, initial: graph.constant([d, d]) { $0[0] == $0[1] ? 1 : 0 })
      return einsum("ti,ij->tj", x, map)
    }
    let rule = FastWeights(rate: rate, size: size)
    let prediction: Tensor
    if memory.isStreaming {
      let last = memory.recall("token", [1, d], in: graph)
      var state = FastWeights.State(
        weights: memory.recall("weights", [o, d], in: graph),
        gathered: memory.recall("gathered", [o, d], in: graph),
        count: memory.recall("count", [1, 1], in: graph))
      // Every token's program has all parameters, in the same order.
      let key = mapped("key", last)
      if memory.isContinued {
        state = rule.next(state, key: key, value: graph.input("y"))
      }
      memory.keep("token", x)
      memory.keep("weights", state.weights)
      memory.keep("gathered", state.gathered)
      memory.keep("count", state.count)
      prediction = einsum("od,td->to", state.weights, mapped("query", x))
    } else {
      memory.count(2 * o * d + 1 + d)
      let (keys, queries) = (mapped("key", x[0..<n]), mapped("query", x))
      let values = graph.input("y")
      let asked = task.scoring == .query ? queries[n..<n + 1] : queries
      prediction =
        switch form {
        case .scan: rule.tokenByToken(keys, values, asked)
        case .recurrence: rule.blockByBlock(keys, values, asked)
        case .chunked where size == 1: rule.chunked(keys, values, asked, chunk)
        case .chunked: rule.blockByBlock(keys, values, asked)
        }
    }
    memory.close()
    return prediction.named("prediction")
  }
}
