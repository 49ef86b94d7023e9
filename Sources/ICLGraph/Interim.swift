extension Graph {
  public func simplified(keeping roots: [NodeID]) -> (graph: Graph, roots: [NodeID]) {
    (self, roots)
  }
}
