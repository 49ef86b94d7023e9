import ICLGraph

/// An expression whose derivative is checked.
package struct GradientCase: Sendable {
  package let name: String
  package let operands: [Shape]
  package let domain: Domain
  package let build: @Sendable (inout Graph, [NodeID]) throws -> NodeID

  package init(
    _ name: String, _ operands: [Shape], _ domain: Domain = .signed,
    _ build: @escaping @Sendable (inout Graph, [NodeID]) throws -> NodeID
  ) {
    self.name = name
    self.operands = operands
    self.domain = domain
    self.build = build
  }

  package var testDescription: String { name + operands.map { " \($0)" }.joined() }

  package func scene(_ mix: Mix, prompts: Int = 3) throws -> (scene: Scene, result: NodeID) {
    var scene = Scene()
    scene.prompts = prompts
    var generator = SplitMix(testDescription)
    let leaves = operands.enumerated().map {
      scene.leaf(
        "operand.\($0.offset)", $0.element, isBatched: mix.isBatched($0.offset), domain,
        &generator)
    }
    let result = try build(&scene.graph, leaves)
    return (scene, result)
  }
}

/// Which operands differ from prompt to prompt.
package enum Mix: String, CaseIterable, Sendable {
  case all, none, even, odd

  package func isBatched(_ operand: Int) -> Bool {
    switch self {
    case .all: true
    case .none: false
    case .even: operand % 2 == 0
    case .odd: operand % 2 == 1
    }
  }
}
