import ICLGraph

/// Which graph of a run is drawn.
public enum DrawnStage: String, Sendable, CaseIterable {
  /// As the plugins wrote it.
  case before
  /// As it is computed.
  case after
}

/// How a graph is written.
public enum DrawingFormat: String, Sendable, CaseIterable { case text, dot, svg }

extension ResolvedRun {
  public func drawing(
    _ stage: DrawnStage, gradients: Bool, format: DrawingFormat
  ) throws(Failure) -> String {
    let drawing = try drawing(stage, gradients: gradients)
    return switch format {
    case .text: drawing.text
    case .dot: drawing.dot
    case .svg: drawing.svg
    }
  }

  /// The graph from the prompt to the predictions and losses; or of a training step, with gradients.
  func drawing(_ stage: DrawnStage, gradients: Bool = false) throws(Failure) -> GraphDrawing {
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
