import ICLEngine
import ICLGraph
import ICLPlugins

/// Prompts of a task, its loss of a model, and its oracle's, from one program in Double.
struct TaskDraw {
  /// count tensors of each name.
  var tensors: [String: [Double]] = [:]
  /// [count, positions]
  var losses: [Double] = []
  var oracleLosses: [Double] = []

  init(_ task: TaskInstance, model: ModelInstance? = nil, prompts: Int, seed: UInt64 = 5) throws {
    var graph = Graph()
    let nodes = try task.declare(in: &graph)
    let scope = PromptScope(nodes)
    let names = task.signature.tensors.map(\.name)
    var roots = names.map { nodes[$0]! }
    if let oracle = try task.oracle(in: &graph, scope: scope) {
      roots.append(try task.loss(in: &graph, predictions: oracle, scope: scope))
    }
    if let model {
      let predictions = try model.build(in: &graph, scope: scope, signature: task.signature)
      roots.append(try task.loss(in: &graph, predictions: predictions, scope: scope))
    }
    let program = try Program(
      graph, roots: roots, seed: seed, configuration: EngineConfiguration(precision: .double))
    try program.run(
      Program.Batch(step: 0, firstPrompt: 0, count: prompts, weight: 1 / Double(prompts)))
    for (index, name) in names.enumerated() { tensors[name] = program.values(of: index) }
    var next = names.count
    if task.hasOracle {
      oracleLosses = program.values(of: next)
      next += 1
    }
    if model != nil { losses = program.values(of: next) }
  }
}

/// The mean, and its standard error.
func mean(_ values: [Double]) -> (value: Double, error: Double) {
  let n = Double(values.count)
  let mean = values.reduce(0, +) / n
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
  return (mean, (variance / n).squareRoot())
}
