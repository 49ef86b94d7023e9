import GraphCases
import ICLEngine
import ICLGraph
import Testing

/// Losses of whole models: first derivatives, and Hessian–vector products by differentiating twice.
@Suite struct ComposedModelTests {
  struct Model: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Parameters by shape; the prompts are x [5, 3] and y [4, 1], whose last row of x is the query.
    let parameters: [Shape]
    let predict:
      @Sendable (inout Graph, _ x: NodeID, _ y: NodeID, _ parameters: [NodeID]) throws -> NodeID
  }

  static let models = [
    Model(testDescription: "linear attention", parameters: [[3, 3], [1]]) { graph, x, y, p in
      let context = try graph.slice(x, axis: 0, 0..<4)
      let query = try graph.slice(x, axis: 0, 4..<5)
      let key = try graph.einsum("ij,qj->qi", p[0], query)
      let scores = try graph.einsum("qi,ni->qn", key, context)
      let sum = try graph.einsum("qn,no->qo", scores, y)
      return try graph.binary(.multiply, p[1], sum)
    },
    Model(
      testDescription: "layer norm and softmax attention",
      parameters: [[3], [3], [3, 2], [3, 2], [1, 1], [1]]
    ) { graph, x, y, p in
      let mean = try graph.reduce(.mean, x, axes: [1], keepAxes: true)
      let centred = try graph.binary(.subtract, x, mean)
      let variance = try graph.reduce(
        .mean, graph.unary(.square, centred), axes: [1], keepAxes: true)
      let scale = graph.unary(.rsqrt, try graph.binary(.add, variance, graph.scalar(1e-2)))
      let standard = try graph.binary(.multiply, centred, scale)
      let normal = try graph.binary(
        .add, graph.binary(.multiply, standard, p[0]), p[1])
      let queries = try graph.einsum("nd,dh->nh", normal, p[2])
      let keys = try graph.einsum("nd,dh->nh", graph.slice(normal, axis: 0, 0..<4), p[3])
      let scores = try graph.einsum("nh,mh->nm", queries, keys)
      let mask = try graph.constant((0..<20).map { $0 % 4 <= $0 / 4 ? 1 : 0 }, [5, 4])
      let weights = try graph.softmax(scores, mask: mask, axis: 1)
      let mixed = try graph.einsum("nm,mo->no", weights, graph.einsum("no,op->np", y, p[4]))
      let hidden = graph.unary(.gelu, try graph.binary(.add, mixed, p[5]))
      return try graph.slice(hidden, axis: 0, 4..<5)
    },
    Model(testDescription: "delta rule as a scan", parameters: [[3, 3], []]) { graph, x, y, p in
      let keys = try graph.einsum("nd,de->ne", x, p[0])
      let last = try graph.scan(
        initial: [graph.broadcast(graph.scalar(0), to: [3])],
        sequences: [graph.slice(keys, axis: 0, 0..<4), y], shared: [p[1]]
      ) { (graph, carries, slices, shared) throws(GraphError) in
        let guess = try graph.einsum("d,d->", carries[0], slices[0])
        let error = try graph.binary(.subtract, slices[1], guess)
        let rate = graph.unary(.sigmoid, shared[0])
        let step = try graph.binary(.multiply, graph.binary(.multiply, error, rate), slices[0])
        return ([try graph.binary(.add, carries[0], step)], [])
      }[0]
      let query = try graph.slice(keys, axis: 0, 4..<5)
      return try graph.reshape(graph.einsum("qd,d->q", query, last), [1, 1])
    },
  ]

  private func scene(_ model: Model) throws -> (Scene, loss: NodeID) {
    var scene = Scene()
    var generator = SplitMix(model.testDescription)
    let parameters = model.parameters.enumerated().map {
      scene.leaf("p.\($0.offset)", $0.element, isBatched: false, .signed, &generator)
    }
    let trained = scene.leaves
    let x = scene.leaf("x", [5, 3], isBatched: true, .signed, &generator)
    let y = scene.leaf("y", [4, 1], isBatched: true, .signed, &generator)
    scene.leaves = trained
    let prediction = try model.predict(&scene.graph, x, y, parameters)
    let error = try scene.graph.binary(.subtract, prediction, scene.graph.scalar(0.7))
    let loss = try scene.graph.reduce(.sum, scene.graph.unary(.square, error), axes: [0, 1])
    let weighted = try scene.graph.binary(.multiply, loss, scene.graph.promptWeight())
    let mean = scene.graph.batchSum(weighted)
    return (scene, mean)
  }

  @Test(arguments: models)
  func gradientAgreesWithCentralDifferences(_ model: Model) throws {
    var (scene, loss) = try scene(model)
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    try scene.expectGradients(of: loss, are: gradients)
  }

  @Test(arguments: models)
  func hessianVectorProductAgreesWithCentralDifferences(_ model: Model) throws {
    var (scene, loss) = try scene(model)
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    var projection = scene.graph.scalar(0)
    for (number, gradient) in gradients.enumerated() {
      let part = try scene.weighted(gradient, "direction.\(number)")
      projection = try scene.graph.binary(.add, projection, part)
    }
    let products = try scene.graph.gradients(of: projection, for: scene.leaves)
    try scene.expectGradients(of: projection, are: products)
  }
}
