import CICL
import ICLKit

/// One head of linear attention, merged key and query, scored at the query or at every prefix: the
/// same model as Plugins/Models/LinearAttention with its default options.
struct OutsideAttention: Model {
  static let id = "swift-attention"
  static let summary = "linear attention in Swift"
  @Option("standard deviation of the initial weights", 0...10) var initialScale = 0.1

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let (n, d, positions) = (task.contextLength, task.inputDimension, task.positions)
    guard task.outputDimension == 1 else { throw KitError("one output only", code: .unsupported) }
    let isCausal = task.scoring == .everyPrefix
    let (x, y) = (graph.input("x"), graph.input("y"))
    let label = graph.constant([d + 1]) { $0[0] == d ? 1 : 0 }
    let inputs = graph.constant([d + 1, 1]) { $0[0] < d ? 1 : 0 }
    let value = parameter(graph, "heads.value", [1, d + 1], label)
    let keyQuery = parameter(graph, "heads.key-query", [1, d + 1, d], inputs)

    let context = PromptLayout.contextPairs(x, y)
    let queries = x[n + 1 - positions..<n + 1]
    let own = PromptLayout.queryTokens(queries, outputs: 1)
    let asked = einsum("hec,pc->hpe", keyQuery, queries)
    let mask = graph.constant([positions, n]) { !isCausal || $0[1] < $0[0] ? 1 : 0 }
    let scores = einsum("hpe,je->hpj", asked, context) * mask
    let others = einsum("hpj,hj->p", scores, einsum("he,je->hj", value, context))
    let itself = einsum(
      "hp,hp->p", einsum("hpe,pe->hp", asked, own), einsum("he,pe->hp", value, own))
    let pairs = graph.constant([positions, 1]) { Double(max(isCausal ? $0[0] : n, 1)) }
    return (others + itself).reshaped([positions, 1]) / pairs
  }

  private func parameter(_ graph: Graph, _ name: String, _ shape: [Int], _ mask: Tensor) -> Tensor {
    graph.parameter(name, initial: initialScale * graph.normal(name, shape) * mask)
  }
}

@c @implementation
public func icl_plugin_v1(
  _ host: UnsafePointer<icl_host>?, _ lowest: UInt32, _ highest: UInt32,
  _ error: UnsafeMutablePointer<icl_error>?
) -> UnsafePointer<icl_plugin>? {
  Plugin.table(
    host, lowest, highest, error, name: "outside-attention", components: OutsideAttention.self)
}
