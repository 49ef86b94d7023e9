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
  public private(set) var predictions: NodeID
  /// [positions]
  public private(set) var losses: NodeID
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

  /// The same with other values in place of some on the way to the prediction; the task and its
  /// oracle read what they read.
  func replacing(
    _ values: (inout Graph) throws -> [NodeID: NodeID]
  ) throws(Failure) -> Composition {
    var copy = self
    try failing {
      copy.predictions = try copy.graph.replacing(values(&copy.graph), in: predictions)
      guard copy.predictions != predictions else { return }
      copy.losses = try copy.graph.replacing([predictions: copy.predictions], in: losses)
    }
    return copy
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

  /// The graph with what metrics want computed, and those nodes by name, for each metric.
  func declaring(
    _ metrics: [MetricInstance]
  ) throws(Failure) -> (graph: Graph, values: [[String: NodeID]]) {
    var whole = graph
    var nodes = graph.names.merging(tensors) { _, tensor in tensor }
    nodes["predictions"] = predictions
    nodes["losses"] = losses
    let scope = PromptScope(nodes)
    return try failing {
      let values = try metrics.map {
        try $0.declare(in: &whole, scope: scope, signature: signature)
      }
      return (whole, values)
    }
  }

  /// The loss of a batch and its gradients: a graph whose roots are the loss, then a gradient for
  /// each of `graph.parameters`, then `others`.
  ///
  /// The loss is the sum over prompts of their weight times the mean over scored positions. It is
  /// simplified before it is differentiated, since the backward pass reads what the forward pass
  /// computes, and once more with its gradients.
  ///
  /// - Parameters:
  ///   - fixedPrompts: all steps are for the same prompts.
  ///   - statistics: what of them a step reads.
  func trainingGraph(
    keeping others: [NodeID] = [], fixedPrompts: Bool = false, statistics: Statistics = .prompts
  ) throws(Failure) -> (graph: Graph, roots: [NodeID]) {
    try failing {
      var whole = graph
      let mean = try whole.reduce(.mean, losses, axes: [0])
      let loss = try whole.binary(.multiply, whole.commonPromptWeight(), whole.batchSum(mean))
      var (forward, kept) = whole.simplified(keeping: [loss] + others, fixedPrompts: fixedPrompts)
      if statistics == .moments { (forward, kept) = try forward.byMoments(keeping: kept) }
      let gradients = try forward.gradients(of: kept[0], for: forward.parameters.map(\.node))
      kept.insert(contentsOf: gradients, at: 1)
      return forward.simplified(keeping: kept, fixedPrompts: fixedPrompts)
    }
  }
}
