import ICLEngine
import ICLGraph
import Testing

/// Contractions of the shapes for which there are kernels of their own, against the reference.
@Suite struct MatrixShapeTests {
  /// Sums over prompts with many rows and columns: whole blocks, and pieces of blocks.
  @Test(
    arguments: [(16, 16), (16, 32), (17, 40), (23, 35), (40, 16), (64, 33), (18, 130)], [1, 3, 9])
  func wideSumsOverPrompts(_ shape: (Int, Int), _ depth: Int) throws {
    for prompts in [32, 37] {
      var graph = Graph()
      let x = graph.input("x", [depth, shape.0])
      let y = graph.input("y", [depth, shape.1])
      let upright = graph.batchSum(try graph.einsum("ka,kb->ab", x, y))
      let turned = graph.batchSum(try graph.einsum("ka,kb->ba", x, y))
      try check(graph, [upright, turned], prompts: prompts, vectors: prompts == 32 ? [1, 2] : [1])
    }
  }

  /// What is the same for all prompts: columns in vectors of 16, 8 and 4, and one by one.
  @Test(arguments: [1, 3, 4, 7, 15, 20, 25, 60, 100], [1, 4, 6])
  func productsOnceAStep(_ columns: Int, _ rows: Int) throws {
    var graph = Graph()
    let a = graph.input("a", [rows, 9], isBatched: false)
    let b = graph.input("b", [9, columns], isBatched: false)
    let c = graph.input("c", [2, 9, columns], isBatched: false)
    let roots = try [
      graph.einsum("mk,kn->mn", a, b), graph.einsum("mk,kn->nm", a, b),
      graph.einsum("mk,gkn->gmn", a, c), graph.einsum("gkn,kn->g", c, b),
      graph.einsum("gkn,kn->gk", c, b),
    ]
    try check(graph, roots, prompts: 1, vectors: [1])
  }

  /// Sums of aligned products, several vectors of prompts wide; and a repeated operand.
  @Test(arguments: [1, 2, 8])
  func alignedSums(_ vectors: Int) throws {
    var graph = Graph()
    let x = graph.input("x", [5, 11])
    let y = graph.input("y", [5, 11])
    let z = graph.input("z", [])
    let w = graph.input("w", [5, 11], isBatched: false)
    let repeated = try graph.broadcast(z, to: [5, 11])
    let roots = try [
      graph.einsum("ka,ka->a", x, y), graph.einsum("ka,ka->k", x, y),
      graph.einsum("ka,ka->", x, y), graph.einsum("ka,ka->", w, x),
      graph.batchSum(graph.binary(.multiply, x, repeated)), graph.batchSum(graph.unary(.square, x)),
      graph.batchSum(graph.einsum("ka,ka->k", x, repeated)),
    ]
    try check(graph, roots, prompts: 16 * vectors, vectors: [vectors])
  }

  /// Sums of nothing are 0, also where they are added to something.
  @Test func emptySums() throws {
    var graph = Graph()
    let x = graph.input("x", [3, 5])
    let y = graph.input("y", [3, 6])
    let w = graph.input("w", [3, 5], isBatched: false)
    let z = graph.input("z", [5, 6])
    let (noX, noY) = try (graph.slice(x, axis: 0, 1..<1), graph.slice(y, axis: 0, 1..<1))
    let noW = try graph.slice(w, axis: 0, 2..<2)
    let product = try graph.einsum("ka,kb->ab", noX, noY)
    let roots = try [
      product, graph.einsum("ka,kb->ab", noW, noY), graph.einsum("ka,kb->ab", noX, noX),
      graph.einsum("ka,kb->ab", noW, noW), graph.batchSum(product),
      graph.binary(.add, z, graph.einsum("ka,kb->ab", noX, noY)),
    ]
    try check(graph, roots, prompts: 32, vectors: [1, 2])
  }

  /// From the pivot on that is not above 0: here the second, which is 1 - 4, or the first, which is 0.
  @Test(arguments: [(4.0, 1), (0, 0)])
  func whatIsNotPositiveDefiniteBecomesNaN(_ first: Double, _ pivot: Int) throws {
    var graph = Graph()
    let root = try graph.cholesky(graph.input("a", [2, 2]))
    let inputs = ["a": [first, 0, 4, 1]]
    func check(_ values: [Double], _ what: String) {
      #expect(values[3].isNaN, "\(what)")
      #expect(values[0] == 2 || pivot == 0 && values[0].isNaN, "\(what): \(values)")
    }
    let expected = try ReferenceInterpreter().evaluate(
      graph, roots: [root], prompts: 1, inputs: inputs)
    check(expected[0], "reference")
    for backend in Backend.Name.allCases where backend.runsHere {
      for precision in Precision.allCases {
        let program = try Program(
          graph, roots: [root], seed: 1,
          configuration: EngineConfiguration(precision: precision, backend: backend))
        try program.run(.init(step: 0, firstPrompt: 0, count: 1, weight: 1, inputs: inputs))
        check(program.values(of: 0), "\(backend) \(precision)")
      }
    }
  }

  /// A contraction, and one summed over prompts: 2 k a b each, however many prompts a tile has.
  @Test(arguments: [1, 2, 8]) func theWorkIsThatOfAPrompt(_ vectors: Int) throws {
    var graph = Graph()
    let x = graph.input("x", [5, 11])
    let y = graph.input("y", [5, 3])
    let w = graph.input("w", [11, 3], isBatched: false)
    let roots = try [
      graph.einsum("ka,ab->kb", x, w), graph.batchSum(graph.einsum("ka,kb->ab", x, y)),
    ]
    var configuration = EngineConfiguration(precision: .single)
    configuration.vectors = vectors
    let program = try Program(graph, roots: roots, seed: 1, configuration: configuration)
    #expect(program.flopsPerPrompt == 2 * 2 * 5 * 11 * 3)
  }

  private func check(
    _ graph: Graph, _ roots: [NodeID], prompts: Int, vectors: [Int]
  ) throws {
    var state: UInt64 = 7
    func numbers(_ count: Int) -> [Double] {
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Float(Int(state >> 40) - (1 << 23)) / Float(1 << 23))
      }
    }
    var inputs: [String: [Double]] = [:]
    for node in graph.nodes {
      guard case .input(let name) = node.operation else { continue }
      inputs[name] = numbers(node.shape.count * (node.isBatched ? prompts : 1))
    }
    let expected = try ReferenceInterpreter().evaluate(
      graph, roots: roots, prompts: prompts, inputs: inputs)
    for backend in Backend.Name.allCases where backend.runsHere {
      for (precision, tolerance) in [(Precision.double, 1e-13), (.single, 1e-5)] {
        for count in vectors {
          var configuration = EngineConfiguration(precision: precision, backend: backend)
          configuration.vectors = count
          let program = try Program(
            graph, roots: roots, seed: 1, configuration: configuration)
          try program.run(
            .init(step: 0, firstPrompt: 0, count: prompts, weight: 1, inputs: inputs))
          for (index, values) in expected.enumerated() {
            let norm = values.reduce(1) { max($0, abs($1)) }
            let found = program.values(of: index)
            #expect(found.count == values.count)
            let error = zip(found, values).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(error <= tolerance * norm, "root \(index) \(backend) \(precision) \(error)")
          }
        }
      }
    }
  }
}
