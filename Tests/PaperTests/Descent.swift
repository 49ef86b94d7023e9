import Foundation
import ICLEngine
import ICLGraph
import ICLPlugins

/// A task and a model as plugins, trained by full-batch gradient descent in Double.
final class Descent {
  let parameters: ParameterStore
  private let program: Program
  private let prompts: Int
  /// The loss before the last step.
  private(set) var loss = 0.0

  init(
    task: TaskInstance, model: ModelInstance, prompts: Int, start: [String: [Double]] = [:],
    seed: UInt64 = 0
  ) throws {
    var graph = Graph()
    let nodes = try task.declare(in: &graph)
    let predictions = try model.build(
      in: &graph, scope: PromptScope(nodes), signature: task.signature)
    let losses = try task.loss(in: &graph, predictions: predictions, scope: PromptScope(nodes))
    let mean = try graph.reduce(.mean, losses, axes: [0])
    let total = graph.batchSum(try graph.binary(.multiply, graph.promptWeight(), mean))
    let (forward, kept) = graph.simplified(keeping: [total])
    var whole = forward
    let gradients = try whole.gradients(of: kept[0], for: whole.parameters.map(\.node))
    let (simple, roots) = whole.simplified(keeping: kept + gradients)
    parameters = try ParameterStore(graph, seed: seed, precision: .double)
    for (name, values) in start { parameters.set(parameters.names.firstIndex(of: name)!, values) }
    program = try Program(
      simple, roots: roots, seed: seed,
      configuration: EngineConfiguration(precision: .double), parameters: parameters,
      batch: prompts, keeping: .all)
    self.prompts = prompts
  }

  func step(rate: Double) throws {
    try program.run(
      Program.Batch(step: 0, firstPrompt: 0, count: prompts, weight: 1 / Double(prompts)))
    loss = program.values(of: 0)[0]
    for index in parameters.names.indices {
      let gradient = program.pointer(ofRoot: index + 1).assumingMemoryBound(to: Double.self)
      let values = parameters.pointer(index).assumingMemoryBound(to: Double.self)
      for element in 0..<parameters.shapes[index].count {
        values[element] -= rate * gradient[element]
      }
    }
  }

  /// Gradients at the present values.
  func gradients() throws -> [String: [Double]] {
    try program.run(
      Program.Batch(step: 0, firstPrompt: 0, count: prompts, weight: 1 / Double(prompts)))
    loss = program.values(of: 0)[0]
    return Dictionary(
      uniqueKeysWithValues: parameters.names.enumerated().map {
        ($0.element, program.values(of: $0.offset + 1))
      })
  }

  func values(_ name: String) -> [Double] {
    parameters.values(parameters.names.firstIndex(of: name)!)
  }
}

enum FirstParty {
  static let catalog = PluginCatalog(
    SearchPath(folders: [
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    ]))

  static func model(_ name: String, _ settings: [String: String] = [:]) throws -> ModelInstance {
    try catalog.resolve(name, kind: .model).makeModel(settings)
  }

  static func task(_ name: String, _ settings: [String: String] = [:]) throws -> TaskInstance {
    try catalog.resolve(name, kind: .task).makeTask(settings)
  }

  /// The population of the paper's setting.
  static func population(_ settings: [String: String] = [:]) throws -> TaskInstance {
    try task(
      "ridge-population",
      ["dimension": "4", "context-length": "31", "spectrum": "0.4,0.3,0.2,0.1"]
        .merging(settings) { $1 })
  }
}
