import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// arXiv 2501.17745: dMMSE on given tasks, which the reference interpreter takes in place of the
/// run's random stream.
@Suite struct TaskPosteriorTests {
  private func predictions(
    tasks: [Double], noise: Double, x: [Double], y: [Double], everyPrefix: Bool = true
  ) throws -> [Double] {
    let context = y.count
    let dimension = x.count / (context + 1)
    let signature = FirstParty.regression(
      dimension, context: context, everyPrefix: everyPrefix,
      properties: [
        "tasks": Double(tasks.count / dimension), "noise-variance": noise, "prior-variance": 1,
      ])
    var graph = Graph()
    let nodes = Dictionary(
      uniqueKeysWithValues: signature.tensors.map { ($0.name, graph.input($0.name, $0.shape)) })
    let root = try FirstParty.model("dmmse").build(
      in: &graph, scope: PromptScope(nodes), signature: signature)
    return try ReferenceInterpreter().evaluate(
      graph, roots: [root], prompts: 1, inputs: ["x": x, "y": y],
      random: { source, shape, _ in
        source == RandomSource(kind: .normal, scope: .run, stream: "ridge.tasks")
          && shape.count == tasks.count ? tasks : [Double](repeating: .nan, count: shape.count)
      })[0]
  }

  @Test func literalVector() throws {
    let found = try predictions(
      tasks: [1, 1, -1, 0.5, 0, 2], noise: 0.25, x: [1, 0, 0.5, -1, 1, 2], y: [1, -0.5])
    #expect(relativeError(found, [0, -0.6788992601, 3.0008915124]) < 1e-10)
    let query = try predictions(
      tasks: [1, 1, -1, 0.5, 0, 2], noise: 0.25, x: [1, 0, 0.5, -1, 1, 2], y: [1, -0.5],
      everyPrefix: false)
    #expect(relativeError(query, [3.0008915124]) < 1e-10)
  }

  /// With labels far from every task all likelihoods underflow, and the answer stays right.
  @Test(arguments: [
    (0.0, [-1.4907743081, 0.0116144339, 0.5579821335, 0.5174502461]),
    (100.0, [-1.4907743081, -0.0665176142, 0.8791374624, 1.9277883074]),
  ]) func generatedVector(shift: Double, expected: [Double]) throws {
    let x = [
      -0.0282497461, -1.0656176484, 0.0830941685, 0.1030909517, -0.5062040745, -0.0738849473,
      -1.5232261433, -1.0614424581,
    ]
    let y = [-1.1245329698, -0.3966126415, 0.3860717832].map { $0 + shift }
    let tasks = SplitMix.normals(seed: 12345, 8)
    let found = try predictions(tasks: tasks, noise: 0.125, x: x, y: y)
    #expect(relativeError(found, expected) < 2e-9)
  }

  /// Whatever the blocks: more than the tasks, one by one, with and without a rest.
  @Test(arguments: [1, 2, 3, 7, 8, 20], [(1, true), (2, true), (2, false)])
  func blocksDoNotMatter(_ block: Int, _ kind: (Int, Bool)) throws {
    let signature = FirstParty.regression(
      3, context: 5, outputs: kind.0, everyPrefix: kind.1,
      properties: ["tasks": 20, "noise-variance": 0.3, "prior-variance": 1])
    var random = SplitMix(7)
    let inputs = [
      "x": random.values(2 * 6 * 3), "y": random.values(2 * 5 * kind.0),
      "target": random.values(2 * signature.positions * kind.0),
    ]
    func run(_ block: Int, _ precision: Precision) throws -> [Double] {
      try Bench(FirstParty.model("dmmse", ["block": "\(block)"]), signature)
        .run(prompts: 2, inputs, precision: precision).predictions
    }
    let expected = try run(64, .double)
    #expect(relativeError(try run(block, .double), expected) < 1e-12)
    #expect(relativeError(try run(block, .single), expected) < 1e-5)
  }

  @Test func withoutTasksItIsRefused() throws {
    #expect {
      _ = try Bench(FirstParty.model("dmmse"), FirstParty.regression(2, context: 3))
    } throws: { "\($0)".contains("set task.tasks") }
  }
}
