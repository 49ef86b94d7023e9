import ICLGraph

/// Which graph of a run is drawn.
public enum DrawnStage: String, Sendable, CaseIterable {
  /// As the plugins wrote it.
  case before
  /// As it is computed.
  case after
}

extension ResolvedRun {
  /// The graph from the prompt to the predictions and losses; or of a training step, with gradients.
  public func drawing(_ stage: DrawnStage, gradients: Bool = false) throws(Failure) -> GraphDrawing {
    let composition = try compose()
    if gradients {
      let (graph, roots) = try composition.trainingGraph()
      let names = ["loss"] + composition.graph.parameters.map { "gradient of \($0.name)" }
      return GraphDrawing(graph, roots: Array(zip(names, roots)))
    }
    let names = ["predictions", "losses"]
    let roots = [composition.predictions, composition.losses]
    guard stage == .after else {
      return GraphDrawing(composition.graph, roots: Array(zip(names, roots)))
    }
    let (graph, kept) = composition.graph.simplified(keeping: roots)
    return GraphDrawing(graph, roots: Array(zip(names, kept)))
  }
}
