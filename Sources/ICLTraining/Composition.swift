import ICLGraph
import ICLPlugins

/// Task, model and loss of one prompt, as one graph.
///
/// A task that declares its prompt is part of the graph, down to its random numbers. Tensors of a
/// task that samples by itself, and predictions of a model that computes by itself, are inputs.
public struct Composition {
  public private(set) var graph = Graph()
  public let signature: Signature
  /// Every tensor of the signature, by name.
  public let tensors: [String: NodeID]
  /// [positions, output dimension]
  public let predictions: NodeID
  /// [positions]
  public let losses: NodeID
  /// [positions]; nil if the task does not know the best prediction.
  public let oracleLosses: NodeID?

  /// The input that predictions come in by, for a model that computes by itself.
  static let predictionsInput = "model.predictions"

  /// - Parameter readsPrompts: all tensors are inputs, also of a task that declares them.
  public init(
    task: TaskInstance, model: ModelInstance, readsPrompts: Bool = false
  ) throws(Failure) {
    signature = task.signature
    var graph = Graph()
    let signature = signature
    let tensors =
      readsPrompts
      ? Self.inputs(signature, in: &graph) : try Self.prompt(of: task, in: &graph)
    self.tensors = tensors
    let inputs = signature.inputs.map { ($0.name, tensors[$0.name]!) }
    let visible = PromptScope(Dictionary(uniqueKeysWithValues: inputs))
    let all = PromptScope(tensors)
    (predictions, losses, oracleLosses) = try failing {
      let predictions =
        try model.predictsByItself
        ? graph.input(Self.predictionsInput, signature.targetShape)
        : model.build(in: &graph, scope: visible, signature: signature)
      let losses = try task.loss(in: &graph, predictions: predictions, scope: all)
      let best = try task.oracle(in: &graph, scope: all)
      let oracleLosses = try best.map {
        try task.loss(in: &graph, predictions: $0, scope: all)
      }
      return (predictions, losses, oracleLosses)
    }
    self.graph = graph
  }

  /// The prompt's tensors as nodes: declared by the task, or inputs.
  static func prompt(
    of task: TaskInstance, in graph: inout Graph
  ) throws(Failure) -> [String: NodeID] {
    guard task.declares else { return inputs(task.signature, in: &graph) }
    return try failing { try task.declare(in: &graph) }
  }

  private static func inputs(_ signature: Signature, in graph: inout Graph) -> [String: NodeID] {
    Dictionary(
      uniqueKeysWithValues: signature.tensors.map { ($0.name, graph.input($0.name, $0.shape)) })
  }

  /// Adds the loss of a batch and its gradients.
  ///
  /// The loss is the sum over prompts of their weight times the mean over scored positions.
  /// Gradients are in the order of `graph.parameters`.
  mutating func appendTrainingLoss() throws(Failure) -> (loss: NodeID, gradients: [NodeID]) {
    var graph = graph
    let result: (NodeID, [NodeID]) = try failing {
      let mean = try graph.reduce(.mean, losses, axes: [0])
      let weighted = try graph.binary(.multiply, graph.promptWeight(), mean)
      let loss = graph.batchSum(weighted)
      let gradients = try graph.gradients(of: loss, for: graph.parameters.map(\.node))
      return (loss, gradients)
    }
    self.graph = graph
    return result
  }
}
