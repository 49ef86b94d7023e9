import Glibc
import ICLEngine
import ICLGraph
import ICLPlugins
import ICLRecords

/// What a run predicts at each of its checkpoints, and what predictors say, for the same prompts.
struct RunPredictions {
  let steps: [Int]
  /// [prompts × positions × outputs] of each checkpoint.
  let rows: [[Double]]
  let references: [(name: String, row: [Double])]
  /// Positions × outputs.
  let positions: Int

  var columns: Int { rows.first?.count ?? 0 }

  /// Computes them, in Double.
  ///
  /// A predictor that the task does not allow (dMMSE without a finite set) is left out.
  init(
    _ run: AnalysedRun, _ work: AnalysisWork, seed: UInt64, _ making: MakingOrder
  ) throws {
    let analysis = work.analysis
    var overrides = Settings()
    overrides.set(.run, "seed", "\(seed)")
    overrides.set(.run, "threads", "1")
    let prompts = analysis.integer("prompts")
    let settings = overrides
    let (composed, store, positions, references) = try making.alone {
      let resolved = try ResolvedRun(run.experiment(settings), in: work.catalog)
      let evaluation = try Self.evaluation(analysis.text("evaluation"), resolved, run)
      let composition = try Composition(task: evaluation.task, model: resolved.model)
      let store = try ParameterStore(
        composition.graph, seed: seed, precision: resolved.options.precision)
      let composed = try ComposedModel(
        composition, model: resolved.model, task: evaluation.task, options: resolved.options,
        parameters: store)
      var references: [(name: String, row: [Double])] = []
      for name in analysis.text("references").split(separator: ",").map(String.init) {
        if let row = try Self.reference(name, evaluation.task, resolved, work, prompts) {
          references.append((name, row))
        }
      }
      let signature = composition.signature
      return (
        composed, store, signature.positions * signature.outputDimension, references
      )
    }
    let reader = try composed.reader(
      of: [composed.composition.predictions], in: composed.composition.graph)
    var (steps, rows) = ([Int](), [[Double]]())
    for file in run.checkpoints {
      try store.adopt(try file.read().parameters, from: file.path)
      if let parameters = composed.parameters, parameters !== store {
        for index in parameters.names.indices { parameters.set(index, store.values(index)) }
      }
      steps.append(file.step)
      rows.append(try Self.predictions(reader, prompts))
    }
    (self.steps, self.rows, self.references) = (steps, rows, references)
    self.positions = positions
  }

  private static func predictions(_ reader: ValueReader, _ prompts: Int) throws -> [Double] {
    var row: [Double] = []
    for first in stride(from: 0, to: prompts, by: Evaluator.chunk) {
      let count = min(Evaluator.chunk, prompts - first)
      row += try reader.values(first: first, count: count, weight: 1 / Double(count))[0]
    }
    return row
  }

  private static func evaluation(
    _ name: String, _ resolved: ResolvedRun, _ run: AnalysedRun
  ) throws -> ResolvedEvaluation {
    if let found = resolved.evaluations.first(where: { $0.name == name }) { return found }
    let names = resolved.evaluations.map(\.name)
    throw Failure(
      .configuration, key: run.directory.path, "it has no evaluation '\(name)'.",
      hint: "Give --set evaluation=… with one of: \(names.joined(separator: ", ")).")
  }

  /// nil where the task has not what the predictor needs, which is no failure.
  private static func composition(
    _ task: TaskInstance, _ model: ModelInstance
  ) throws -> Composition? {
    do {
      return try Composition(task: task, model: model)
    } catch {
      let failure: Failure = error
      if failure.status == .configuration || failure.status == .pluginRefused { return nil }
      throw failure
    }
  }

  /// nil where the task has not what the predictor needs.
  private static func reference(
    _ name: String, _ task: TaskInstance, _ run: ResolvedRun, _ work: AnalysisWork, _ prompts: Int
  ) throws -> [Double]? {
    let component = try work.catalog.resolve(name, kind: .model)
    let model = try component.makeModel()
    guard let composition = try composition(task, model) else { return nil }
    guard composition.graph.parameters.isEmpty else {
      throw Failure(
        .configuration, key: "references",
        "'\(name)' is no predictor: it has parameters that would have to be trained.")
    }
    let composed = try ComposedModel(
      composition, model: model, task: task, options: run.options, parameters: nil)
    return try predictions(
      composed.reader(of: [composition.predictions], in: composition.graph), prompts)
  }
}

func logarithm(_ value: Double) -> Double { log(value) }

// MARK: Kept in a file

extension RunPredictions {
  func write(to path: String) throws {
    var members: [NpzWriter.Member] = [
      .init(name: "steps", shape: [steps.count]),
      .init(name: "predictions", shape: [steps.count, columns]),
      .init(name: "positions", shape: [1]),
    ]
    members += references.map { .init(name: "reference.\($0.name)", shape: [columns]) }
    let writer = try NpzWriter(path: path, members: members)
    try writer.append(steps.map(Double.init), to: 0)
    for row in rows { try writer.append(row, to: 1) }
    try writer.append([Double(positions)], to: 2)
    for (index, reference) in references.enumerated() {
      try writer.append(reference.row, to: 3 + index)
    }
    try writer.finish()
  }

  init(reading path: String) throws {
    let file = try NpzReader(path: path)
    steps = try file.array("steps").values.map { Int($0) }
    let values = try file.array("predictions").values
    let columns = values.count / max(steps.count, 1)
    rows = steps.indices.map { Array(values[($0 * columns)..<(($0 + 1) * columns)]) }
    positions = Int(try file.array("positions").values[0])
    let prefix = "reference."
    references = try file.names.filter { $0.hasPrefix(prefix) }.map {
      (String($0.dropFirst(prefix.count)), try file.array($0).values)
    }
  }
}
