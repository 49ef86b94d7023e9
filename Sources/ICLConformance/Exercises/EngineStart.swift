internal import ICLEngine
internal import ICLGraph

/// Opens the engine's kernels, which are opened once a process.
enum EngineStart {
  static func warmUp() throws {
    var graph = Graph()
    let x = graph.input("x", [1])
    let y = graph.unary(.exp, x)
    let program = try Program(
      graph, roots: [y], seed: 1, configuration: EngineConfiguration(precision: .double))
    try program.run(
      Program.Batch(step: 0, firstPrompt: 0, count: 1, weight: 1, inputs: ["x": [1]]))
  }
}
