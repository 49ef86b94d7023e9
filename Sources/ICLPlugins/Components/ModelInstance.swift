public import ICLGraph

/// A model, or a predictor, with its options filled.
public final class ModelInstance: @unchecked Sendable {
  public let component: Component
  init(component: Component) { self.component = component }
  /// Whether it computes by `predict` and has no graph.
  public var predictsByItself: Bool { fatalError() }
  /// Appends the model to the graph and returns its predictions, of the target's shape. [main]
  public func build(
    in graph: inout Graph, scope: PromptScope, signature: Signature
  ) throws(PluginError) -> NodeID { fatalError() }
  /// Predictions [count, positions, output dimension]; input k is the k-th of `signature.inputs`
  /// and holds count tensors. Any thread.
  public func predict(
    signature: Signature, count: Int, inputs: [[Double]]
  ) throws(PluginError) -> [Double] { fatalError() }
}
