public import ICLGraph

/// A task with its options filled.
public final class TaskInstance: @unchecked Sendable {
  public let component: Component
  public let signature: Signature
  init(component: Component, signature: Signature) {
    self.component = component
    self.signature = signature
  }
  /// Whether its prompts are a graph; else it has `sample`.
  public var declares: Bool { fatalError() }
  public var hasOracle: Bool { fatalError() }
  /// Appends the prompt's tensors to the graph: every tensor of the signature, by name. [main]
  public func declare(in graph: inout Graph) throws(PluginError) -> [String: NodeID] {
    fatalError()
  }
  /// Prompts first ..< first + count, each tensor one prompt behind the other. Any thread.
  public func sample(
    seed: UInt64, step: UInt64, first: UInt64, count: Int, random: any RandomStreams
  ) throws(PluginError) -> [String: [Double]] { fatalError() }
  /// The loss at each scored position, shape [positions]. [main]
  public func loss(
    in graph: inout Graph, predictions: NodeID, scope: PromptScope
  ) throws(PluginError) -> NodeID { fatalError() }
  /// The best possible prediction, of the target's shape; nil if the task has none. [main]
  public func oracle(
    in graph: inout Graph, scope: PromptScope
  ) throws(PluginError) -> NodeID? { fatalError() }
}
