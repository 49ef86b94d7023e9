internal import CICL
public import ICLGraph

extension MetricInstance {
  /// Appends what the metric wants computed for every prompt, by name; often nothing. [main]
  ///
  /// - Parameter scope: what it may read: the prompt's tensors, "predictions", "losses", and named
  ///   values of the model.
  public func declare(
    in graph: inout Graph, scope: PromptScope, signature: Signature
  ) throws(PluginError) -> [String: NodeID] {
    guard let declare = functions.declare else { return [:] }
    var rights = Rights(
      owner: "metric '\(component.id)'", instance: instance, signature: signature,
      namePrefix: "metric.\(component.id).")
    rights.scope = scope
    rights.records = true
    return try instance.withSignature(signature) { (raw) throws(PluginError) in
      try instance.build("declare", in: &graph, rights) { table, error in
        .status(declare(instance.raw, table, raw, error))
      }.outputs
    }
  }
}
