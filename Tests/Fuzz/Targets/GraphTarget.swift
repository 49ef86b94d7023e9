import Foundation
import ICLEngine
import ICLGraph
import ICLPlugins

/// Random calls through the C table of the graph builder. What builds is simplified, differentiated
/// and run; values and gradients are compared with the reference's, of the graph as it was built.
struct GraphTarget: FuzzTarget {
  static let name = "graph"
  private let component: Component
  private static let count = 3
  private static let signature = Signature(
    scoring: .everyPrefix, contextLength: 3, inputDimension: 2, outputDimension: 1, positions: 4,
    tensors: [
      .init(name: "x", role: .input, shape: [4, 2]), .init(name: "y", role: .input, shape: [3, 1]),
      .init(name: "hint", role: .input, shape: [2, 2]),
      .init(name: "target", role: .target, shape: [4, 1]),
      .init(name: "w", role: .latent, shape: [2]),
    ])

  init(_ place: FuzzPlace) throws {
    let library = place.folder.appendingPathComponent("random-graph.so").path
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "cc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden",
      "-I", place.repository.appendingPathComponent("Sources/CICL/include").path,
      place.repository.appendingPathComponent("Tests/Fuzz/random-graph.c").path, "-o", library,
    ]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { throw Contradiction("cc failed") }
    component = try PluginLibrary.load(path: library).components[0]
  }

  mutating func run(_ random: inout Generator) throws {
    let isWild = random.chance(1, in: 2)
    let model = try component.makeModel([
      "seed": "\(random.next() >> 1)", "wild": isWild ? "\(1 + random.below(3))" : "0",
    ])
    var graph = Graph()
    var scope = PromptScope()
    for tensor in Self.signature.tensors {
      scope.nodes[tensor.name] = graph.input(tensor.name, tensor.shape)
    }
    let before = graph.nodes.count
    let prediction: NodeID
    do {
      prediction = try model.build(in: &graph, scope: scope, signature: Self.signature)
    } catch {
      guard isWild else { throw Contradiction("a valid sequence was refused: \(error.message)") }
      guard graph.nodes.count == before else { throw Contradiction("a refused graph has changed") }
      return
    }
    let sizes = graph.nodes.map { $0.shape.count }
    guard sizes.reduce(0, { $0.addingReportingOverflow($1).partialValue }) < 20_000,
      sizes.allSatisfy({ $0 < 20_000 })
    else { return }
    try compare(graph, prediction, &random)
  }

  private func compare(
    _ built: Graph, _ prediction: NodeID, _ random: inout Generator
  ) throws {
    var graph = built
    let square = graph.unary(.square, prediction)
    let loss = graph.batchSum(
      try graph.reduce(.mean, square, axes: [0, 1], keepAxes: false))
    // In this order, as the trainer does it: simplified, differentiated, simplified.
    var fast = graph.simplified(keeping: [loss])
    let targets = fast.graph.parameters.map(\.node)
    let gradients = try fast.graph.gradients(of: fast.roots[0], for: targets)
    fast = fast.graph.simplified(keeping: [fast.roots[0]] + gradients)
    var plain = graph
    let plainGradients = try plain.gradients(of: loss, for: plain.parameters.map(\.node))
    guard plain.nodes.count < 4000 else { return }

    var inputs: [String: [Double]] = [:]
    for tensor in Self.signature.tensors {
      inputs[tensor.name] = (0..<Self.count * tensor.shape.count).map { _ in
        Double(random.next() >> 11) * 0x1p-52 - 1
      }
    }
    let expected = try ReferenceInterpreter().evaluate(
      plain, roots: [loss] + plainGradients, prompts: Self.count, inputs: inputs)
    let interpreted = try ReferenceInterpreter().evaluate(
      fast.graph, roots: fast.roots, prompts: Self.count, inputs: inputs)
    try require(interpreted, near: expected, "the simplified graph")

    if ProcessInfo.processInfo.environment["ICL_FUZZ_SHOW"] != nil {
      print(fast.graph.description(of: fast.roots))
    }
    let program = try Program(
      fast.graph, roots: fast.roots, seed: 0,
      configuration: EngineConfiguration(precision: .double))
    try program.run(
      Program.Batch(
        step: 0, firstPrompt: 0, count: Self.count, weight: 1 / Double(Self.count), inputs: inputs))
    try require(fast.roots.indices.map { program.values(of: $0) }, near: expected, "the engine")
  }

  /// Relative to the largest number of each root; what overflows is left out.
  private func require(_ found: [[Double]], near expected: [[Double]], _ what: String) throws {
    for (root, (values, wanted)) in zip(found, expected).enumerated() {
      guard values.count == wanted.count else {
        throw Contradiction("\(what): root \(root) has \(values.count) values, not \(wanted.count)")
      }
      let size = wanted.map(abs).max() ?? 0
      guard size < 1e6 else { continue }
      for (value, right) in zip(values, wanted) where !(abs(value - right) <= 1e-7 * max(1, size)) {
        throw Contradiction("\(what): root \(root) has \(value), the reference \(right)")
      }
    }
  }
}
