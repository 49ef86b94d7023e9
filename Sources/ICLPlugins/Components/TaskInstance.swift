internal import CICL
public import ICLGraph

/// A task with its options filled.
public final class TaskInstance: @unchecked Sendable {
  public var component: Component { instance.component }
  public let signature: Signature
  let instance: Instance
  let functions: icl_task

  init(_ instance: Instance, _ functions: icl_task) throws(PluginError) {
    self.instance = instance
    self.functions = functions
    var raw = icl_signature()
    raw.struct_size = UInt32(MemoryLayout<icl_signature>.size)
    if let memory = instance.memory {
      let lent = memory.structure("the icl_signature", icl_signature())
      try instance.status("signature") { error in functions.signature(instance.raw, lent, error) }
      raw = lent.pointee
    } else {
      try instance.status("signature") { error in functions.signature(instance.raw, &raw, error) }
    }
    signature = try TableReader(path: instance.component.library.path)
      .signature(raw, of: "the signature of task '\(instance.component.id)'")
  }

  /// Whether its prompts are a graph; else it has `sample`.
  public var declares: Bool { functions.declare != nil }

  public var hasOracle: Bool { functions.oracle != nil }

  /// Appends the prompt's tensors to the graph: every tensor of the signature, by name. [main]
  public func declare(in graph: inout Graph) throws(PluginError) -> [String: NodeID] {
    guard let declare = functions.declare else {
      throw instance.error(.notOffered, "it samples by itself and declares no graph.")
    }
    var rights = rights
    rights.mayDraw = true
    rights.outputs = signature.tensors
    var extended = graph
    let outputs = try instance.build("declare", in: &extended, rights) { table, error in
      .status(declare(instance.raw, table, error))
    }.outputs
    if let missing = signature.tensors.first(where: { outputs[$0.name] == nil }) {
      throw instance.error(
        .badGraph, "declare did not put out '\(missing.name)', which its signature has.")
    }
    graph = extended
    return outputs
  }

  /// The loss at each scored position, shape [positions]. [main]
  ///
  /// Without a function of its own: the squared error, summed over outputs.
  public func loss(
    in graph: inout Graph, predictions: NodeID, scope: PromptScope
  ) throws(PluginError) -> NodeID {
    guard let loss = functions.loss else {
      return try squaredError(in: &graph, predictions, scope)
    }
    var rights = rights
    rights.roles = [.input, .target, .latent]
    rights.scope = scope
    rights.operands = [predictions]
    return try instance.buildNode(
      "loss", in: &graph, rights, shape: [signature.positions], what: "one value a position"
    ) { table, error in loss(instance.raw, table, BuildSession.firstOperand, error) }
  }

  /// The best possible prediction, of the target's shape; nil if the task has none. [main]
  public func oracle(
    in graph: inout Graph, scope: PromptScope
  ) throws(PluginError) -> NodeID? {
    guard let oracle = functions.oracle else { return nil }
    var rights = rights
    rights.roles = [.input, .latent]
    rights.scope = scope
    return try instance.buildNode(
      "oracle", in: &graph, rights, shape: signature.targetShape, what: "the target's"
    ) { table, error in oracle(instance.raw, table, error) }
  }

  private var rights: Rights {
    Rights(
      owner: "task '\(component.id)'", instance: instance, signature: signature, namePrefix: "task."
    )
  }

  private func squaredError(
    in graph: inout Graph, _ predictions: NodeID, _ scope: PromptScope
  ) throws(PluginError) -> NodeID {
    guard let target = scope.nodes["target"] else {
      throw instance.error(.badArgument, "the host has no node for 'target'.")
    }
    do {
      let difference = try graph.binary(.subtract, predictions, target)
      return try graph.reduce(.sum, graph.unary(.square, difference), axes: [1])
    } catch {
      throw instance.error(.badGraph, "squared error: \(error.message).")
    }
  }
}
