import ICLEngine
import ICLGraph
import Testing

/// Linear attention of several heads on N pairs and the query's own token, as its plugin writes it.
private struct HeadsScene {
  var graph = Graph()
  var loss: NodeID
  var parameters: [NodeID]

  init(scored: (inout Graph, NodeID) throws -> NodeID = { _, value in value }) throws {
    let (n, d, heads) = (6, 3, 2)
    let normal = { RandomSource(kind: .normal, scope: .prompt, stream: $0) }
    let once = { RandomSource(kind: .normal, scope: .run, stream: $0) }
    let context = try graph.random(normal("context"), [n, d])
    let query = try graph.random(normal("query"), [1, d])
    let target = try graph.random(normal("target"), [1, 1])
    let value = try graph.parameter("v", initial: graph.random(once("v"), [heads, 1, d]))
    let key = try graph.parameter("w", initial: graph.random(once("w"), [heads, d, 2]))
    parameters = [value, key]
    let asked = try graph.einsum("hec,pc->hpe", key, graph.slice(query, axis: 1, 0..<2))
    let scores = try graph.einsum("hpe,je->hpj", asked, context)
    let values = try graph.einsum("hve,je->hjv", value, context)
    let others = try graph.einsum("hpj,hjv->pv", scores, values)
    let own = try graph.einsum(
      "hp,hpv->pv", graph.einsum("hpe,pe->hp", asked, query),
      graph.einsum("hve,pe->hpv", value, query))
    let sum = try graph.binary(.add, others, own)
    let prediction = try scored(&graph, graph.binary(.divide, sum, graph.scalar(Double(n))))
    let error = graph.unary(.square, try graph.binary(.subtract, prediction, target))
    let mean = try graph.reduce(.mean, graph.reduce(.mean, error, axes: [1]), axes: [0])
    loss = try graph.binary(.multiply, graph.commonPromptWeight(), graph.batchSum(mean))
  }

  func evaluate(_ graph: Graph, _ roots: [NodeID]) throws -> [[Double]] {
    try ReferenceInterpreter().evaluate(graph, roots: roots, prompts: 5) { source, shape, prompt in
      // Numbers of the stream's name and the prompt.
      var state = source.stream.utf8.reduce(UInt64(prompt + 1)) { $0 &* 31 &+ UInt64($1) }
      return (0..<shape.count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int(state >> 40) - (1 << 23)) / Double(1 << 23)
      }
    }
  }
}

@Suite struct FixedPromptSimplificationTests {
  private func withGradients(_ graph: Graph, _ loss: NodeID) throws -> (Graph, [NodeID]) {
    var graph = graph
    let gradients = try graph.gradients(of: loss, for: graph.parameters.map(\.node))
    return (graph, [loss] + gradients)
  }

  private func expectEqual(_ a: [[Double]], _ b: [[Double]]) {
    for (expected, found) in zip(a, b) {
      let norm = expected.reduce(1e-3) { max($0, abs($1)) }
      for (x, y) in zip(expected, found) { #expect(abs(x - y) <= 1e-12 * norm) }
    }
  }

  @Test func valuesAndGradientsStay() throws {
    let scene = try HeadsScene()
    let (plain, roots) = try withGradients(scene.graph, scene.loss)
    let expected = try scene.evaluate(plain, roots)
    let (simple, kept) = scene.graph.simplified(keeping: [scene.loss], fixedPrompts: true)
    let (whole, all) = try withGradients(simple, kept[0])
    let (last, ends) = whole.simplified(keeping: all, fixedPrompts: true)
    expectEqual(expected, try scene.evaluate(last, ends))
  }

  /// The two terms meet in one matrix, of which only one triangle is multiplied: 6 · 2 features of
  /// d = 3 and two columns.
  @Test func onlyHalfOfTheGramMatrixIsMultiplied() throws {
    let scene = try HeadsScene()
    let (simple, roots) = scene.graph.simplified(keeping: [scene.loss], fixedPrompts: true)
    let isFixed = simple.fixedNodes(prompts: true)
    let changing = simple.reachable(from: roots).filter {
      simple[$0].isBatched && !isFixed[$0.index]
    }
    // P · S for each column, the product with the query's, the difference and its square.
    let sizes = changing.map { simple.shape(of: $0).count }
    #expect(sizes.reduce(0, +) <= 2 + 6)
    let flops = simple.flopsPerPrompt(roots: roots)
    let (data, ends) = simple.simplified(
      keeping: simple.nodes.indices.map { NodeID($0) }.filter {
        isFixed[$0.index] && simple[$0].isBatched
      }, fixedPrompts: true)
    #expect(flops - data.flopsPerPrompt(roots: ends) <= 2 * 6 * 2 + 2 * 2 + 8)
  }

  @Test func momentsGiveTheSameLossAndGradients() throws {
    let scene = try HeadsScene()
    let (plain, roots) = try withGradients(scene.graph, scene.loss)
    let expected = try scene.evaluate(plain, roots)
    let (moments, kept) = try scene.graph.byMoments(keeping: [scene.loss])
    let (whole, all) = try withGradients(moments, kept[0])
    let (last, ends) = whole.simplified(keeping: all, fixedPrompts: true)
    expectEqual(expected, try scene.evaluate(last, ends))
    // Nothing that a step computes is for single prompts.
    let isFixed = last.fixedNodes(prompts: true)
    let isLeft = last.reachable(from: ends).contains {
      last[$0].isBatched && !isFixed[$0.index]
    }
    #expect(!isLeft)
    // C is multiplied once, for the loss and for the gradient.
    let products = last.reachable(from: ends).filter {
      guard case .einsum = last[$0].operation, !isFixed[$0.index] else { return false }
      return last[$0].inputs.contains {
        last.shape(of: $0).count == 144 || last.shape(of: $0).count == 324
      }
    }
    #expect(products.count == 1)
  }

  @Test func whatIsNotLinearInFeaturesHasNoMoments() throws {
    let scene = try HeadsScene { graph, value in graph.unary(.tanh, value) }
    #expect {
      try scene.graph.byMoments(keeping: [scene.loss])
    } throws: {
      "\($0)".contains("the loss is no sum of squares of values that are linear in features")
    }
  }
}
