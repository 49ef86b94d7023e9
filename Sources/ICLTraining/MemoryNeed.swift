import ICLGraph
import ICLPlugins

/// What a run will hold in memory, in bytes, as far as it is known before work starts.
struct MemoryNeed {
  /// The tensors of one prompt.
  static func prompt(_ signature: Signature) -> Double {
    signature.tensors.reduce(0) { $0 + elements($1.shape) } * 8
  }

  /// Refuses a batch whose tensors would not fit.
  static func check(
    prompts: Int, of signature: Signature, option: String, available: Double?
  ) throws(Failure) {
    let need = Double(prompts) * prompt(signature)
    guard let available, need > available else { return }
    throw Failure(
      .configuration, key: option,
      "\(prompts) prompts hold \(Machine.text(need)) of tensors, "
        + "and \(Machine.text(available)) of memory are free.",
      hint: "At most \(Int(available / prompt(signature))) fit.")
  }

  /// Refuses a graph of which a single value, or all parameters together, would not fit.
  static func check(_ graph: Graph, available: Double?) throws(Failure) {
    guard let available else { return }
    let parameters = graph.parameters.reduce(0) { $0 + elements(graph.shape(of: $1.node)) } * 8
    let largest =
      graph.nodes.map { elements($0.shape) * 8 }
      .max() ?? 0
    guard max(parameters, largest) > available else { return }
    throw Failure(
      .configuration, key: parameters > largest ? "model" : "",
      "one prompt needs \(Machine.text(max(parameters, largest))) of memory, "
        + "and \(Machine.text(available)) are free.",
      hint: "Make the task or the model smaller.")
  }

  private static func elements(_ shape: Shape) -> Double {
    shape.extents.reduce(1) { $0 * Double($1) }
  }
}
