import GraphCases
import ICLEngine
import ICLGraph
import Testing

/// The work that simplification saves, against what the formulas cost when counted by hand.
@Suite struct CostTests {
  @Test func flopsAreCountedForPromptsOnly() throws {
    var graph = Graph()
    let x = graph.input("x", [3, 4])
    let w = graph.input("w", [4, 5], isBatched: false)
    let squared = try graph.einsum("ij,kj->ik", w, w)
    let y = try graph.einsum("ij,jk->ik", x, squared)
    #expect(graph.flopsPerPrompt(roots: [squared]) == 0)
    #expect(graph.flopsPerPrompt(roots: [y]) == 2 * 3 * 4 * 4)
    let z = graph.unary(.exp, y)
    #expect(graph.flopsPerPrompt(roots: [z]) == 2 * 3 * 4 * 4 + 12)
  }

  @Test func linearAttentionIsReassociated() throws {
    // (Q K^T) V costs 4 n^2 d; Q (K^T V) costs 4 n d^2.
    let (n, d) = (32, 4)
    var graph = Graph()
    let q = graph.input("q", [n, d])
    let k = graph.input("k", [n, d])
    let v = graph.input("v", [n, d])
    let scores = try graph.einsum("nd,md->nm", q, k)
    let scaled = try graph.binary(.multiply, scores, graph.scalar(1 / Double(n)))
    let output = try graph.einsum("nm,md->nd", scaled, v)
    let (simple, roots) = graph.simplified(keeping: [output])
    #expect(graph.flopsPerPrompt(roots: [output]) == Double(4 * n * n * d + n * n))
    #expect(simple.flopsPerPrompt(roots: roots) == Double(4 * n * d * d + d * d))
  }

  @Test func onlyTheQuerysRowIsComputed() throws {
    // One query: the Gram matrix is not worth forming, and the mask's row is all that is read.
    let (n, d) = (16, 4)
    var graph = Graph()
    let x = graph.input("x", [n, d])
    let w = graph.input("w", [d, d], isBatched: false)
    let keys = try graph.einsum("nd,de->ne", x, w)
    let scores = try graph.einsum("nd,md->nm", x, keys)
    let mixed = try graph.einsum("nm,md->nd", graph.unary(.tanh, scores), x)
    let last = try graph.slice(mixed, axis: 0, n - 1..<n)
    let (simple, roots) = graph.simplified(keeping: [last])
    // w is taken to the query: 2 d^2; scores 2 n d, tanh n, the sum 2 n d.
    #expect(simple.flopsPerPrompt(roots: roots) == Double(2 * d * d + 4 * n * d + n))
  }

  @Test func whatParametersAloneDecideCostsNothingForAPrompt() throws {
    // Written as (x A) B; with A and B wide inside, A B is formed once a step.
    var graph = Graph()
    let x = graph.input("x", [8, 3])
    let a = graph.input("a", [3, 64], isBatched: false)
    let b = graph.input("b", [64, 3], isBatched: false)
    let y = try graph.einsum("nh,hd->nd", graph.einsum("nd,dh->nh", x, a), b)
    let (simple, roots) = graph.simplified(keeping: [y])
    #expect(simple.flopsPerPrompt(roots: roots) == 2 * 8 * 3 * 3)
  }

  @Test func aLowRankProductIsNotMultipliedOut() throws {
    var graph = Graph()
    let x = graph.input("x", [8, 16])
    let a = graph.input("a", [16, 1], isBatched: false)
    let b = graph.input("b", [1, 16], isBatched: false)
    let y = try graph.einsum("nd,de->ne", x, graph.einsum("dr,re->de", a, b))
    let (simple, roots) = graph.simplified(keeping: [y])
    // A column for x a, and an outer product with b.
    #expect(simple.flopsPerPrompt(roots: roots) <= 2 * 8 * 16 + 8 * 16)
  }

  @Test func neutralOperandsAndInversePairsVanish() throws {
    var graph = Graph()
    let x = graph.input("x", [2, 3])
    var y = try graph.binary(.multiply, x, graph.scalar(1))
    y = try graph.binary(.add, graph.scalar(0), y)
    y = graph.unary(.negate, graph.unary(.negate, y))
    y = try graph.transpose(graph.transpose(y, [1, 0]), [1, 0])
    y = try graph.reshape(graph.reshape(y, [6]), [2, 3])
    let unused = graph.unary(.exp, x)
    graph.setName("unused", for: unused)
    graph.setName("x", for: x)
    let (simple, roots) = graph.simplified(keeping: [y])
    #expect(simple.nodes.count == 1)
    #expect(simple.names == ["x": roots[0]])
  }

  @Test func parametersSurviveWithTheirInitialValues() throws {
    var graph = Graph()
    let w = try graph.parameter("w", initial: graph.unary(.square, graph.scalar(3)))
    _ = try graph.parameter("v", initial: graph.scalar(1))
    let y = graph.unary(.exp, w)
    let (simple, roots) = graph.simplified(keeping: [y])
    #expect(simple.parameters.map(\.name) == ["w", "v"])
    let initial = try ReferenceInterpreter().evaluate(
      simple, roots: simple.parameters.map(\.initial), prompts: 1)
    #expect(initial == [[9], [1]])
    #expect(simple.names["w"] == simple.parameters[0].node)
    #expect(roots.count == 1)
  }

  @Test func theBackwardPassSharesTheForwardScan() throws {
    let example = GradientCase.scans[0]
    var (scene, result) = try example.scene(.all)
    let loss = try scene.weighted(result, "weights")
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    let (simple, roots) = scene.graph.simplified(keeping: [loss] + gradients)
    func scans(_ graph: Graph, _ roots: [NodeID]) -> Int {
      graph.reachable(from: roots).count {
        if case .scan = graph[$0].operation { true } else { false }
      }
    }
    #expect(scans(scene.graph, [loss] + gradients) == 3)
    #expect(scans(simple, roots) == 2)
  }

  @Test func descriptionHasALineForEachNode() throws {
    var graph = Graph()
    let x = graph.input("x", [2, 3])
    let gram = try graph.einsum("ij,kj->ik", x, x)
    graph.setName("layers.0.scores", for: gram)
    #expect(
      graph.description(of: [gram]) == """
        %0 [2, 3] batched = input x
        %1 [2, 2] batched = einsum ab,cb->ac %0 %0   // layers.0.scores
        """)
  }

  @Test func gradientOfAGramMatrixIsOneProduct() throws {
    // X D + X Dᵀ costs 4 n m²; X (D + Dᵀ) costs 2 n m² + m².
    let (n, m) = (20, 11)
    var graph = Graph()
    let x = graph.input("x", [n, m])
    let d = graph.input("d", [m, m])
    let half = try graph.binary(.add, x, graph.einsum("ni,ij->nj", x, d))
    let gradient = try graph.binary(.add, half, graph.einsum("ni,ji->nj", x, d))
    let (simple, roots) = graph.simplified(keeping: [gradient])
    #expect(graph.flopsPerPrompt(roots: [gradient]) == Double(4 * n * m * m + 2 * n * m))
    #expect(simple.flopsPerPrompt(roots: roots) == Double(2 * n * m * m + m * m + n * m))
  }

  @Test func gradientsOfAllSlicesAreARow() throws {
    var graph = Graph()
    let values = graph.input("x", [3, 4])
    let rows = try (0..<3).map { row throws(GraphError) in
      let part = graph.unary(.exp, try graph.slice(values, axis: 0, row..<row + 1))
      return try graph.pad(part, before: [row, 0], after: [2 - row, 0])
    }
    let sum = try graph.binary(.add, graph.binary(.add, rows[2], rows[0]), rows[1])
    let (simple, roots) = graph.simplified(keeping: [sum])
    #expect(simple.flopsPerPrompt(roots: roots) == 12)
    let rest = simple.reachable(from: roots).contains {
      if case .pad = simple[$0].operation { true } else { false }
    }
    #expect(!rest)
  }

  @Test func bodiesOfScansAreSimplified() throws {
    // What the body computes twice is computed once.
    var graph = Graph()
    let start = graph.input("start", [3])
    let rows = graph.input("rows", [5, 3, 3])
    let last = try graph.scan(initial: [start], sequences: [rows], shared: []) {
      (graph, carries, slices, _) throws(GraphError) in
      let first = try graph.einsum("ij,j->i", slices[0], carries[0])
      let second = try graph.einsum("ij,j->i", graph.transpose(slices[0], [1, 0]), carries[0])
      let again = try graph.einsum("j,ji->i", carries[0], slices[0])
      let both = try graph.binary(.add, first, second)
      return ([try graph.binary(.add, both, again)], [])
    }[0]
    let (simple, roots) = graph.simplified(keeping: [last])
    #expect(simple.flopsPerPrompt(roots: roots) < graph.flopsPerPrompt(roots: [last]))
  }
}
