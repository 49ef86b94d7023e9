import ICLEngine
import ICLPlugins
import ICLRecords

/// The model of a recorded run, with its parameters as they were at a checkpoint.
public struct TrainedRun {
  public let directory: RunDirectory
  public let run: ResolvedRun
  /// Of the checkpoint.
  public let step: Int
  /// nil for a model without parameters.
  public let parameters: ParameterStore?
  /// What training started from, where the model did not draw it.
  let start: ParameterStore?
  /// What was stepped over, or is otherwise than it was, in words.
  public let warnings: [String]

  /// - Parameters:
  ///   - step: of a checkpoint; nil for the newest that is whole.
  ///   - overrides: options to be set otherwise, such as run.evaluation-prompts.
  public init(
    opening path: String, step: Int? = nil, overrides: Settings = Settings(),
    in catalog: PluginCatalog
  ) throws(Failure) {
    let directory = try failing { try RunDirectory(opening: path) }
    self.directory = directory
    var experiment = try Experiment(
      file: directory.path(to: "experiment.yaml"), overrides: overrides)
    // The recorded experiment says the prompts of every evaluation, also where they were the run's.
    if overrides[.run]["evaluation-prompts"] != nil {
      for index in experiment.evaluations.indices { experiment.evaluations[index].prompts = nil }
    }
    run = try ResolvedRun(experiment, in: catalog)
    let recorded = try failing { try directory.manifest() }
    var warnings: [String] = []
    if let recorded {
      let now = try RunManifest(run, identity: "", initial: nil, commandLine: [])
      for plugin in now.plugins {
        let before = recorded.plugins.first { $0.name == plugin.name }
        if let before, before.sha256 != plugin.sha256 {
          warnings.append("plugin \(plugin.name) is another build than the run's")
        }
      }
    }
    let graph = try run.compose().graph
    guard !graph.parameters.isEmpty else {
      (parameters, start, self.step, self.warnings) = (nil, nil, 0, warnings)
      return
    }
    let (file, checkpoint, damaged) = try Self.checkpoint(of: directory, step: step)
    let options = run.options
    let store = try failing {
      try ParameterStore(graph, seed: options.seed, precision: options.precision)
    }
    try store.adopt(checkpoint.parameters, from: file.path)
    (parameters, self.step, self.warnings) = (store, file.step, warnings + damaged)
    guard recorded?.initialParameters != nil else {
      start = nil
      return
    }
    let (first, beginning, _) = try Self.checkpoint(of: directory, step: 0)
    start = try store.with(beginning.parameters, from: first.path)
  }

  /// The checkpoint of a step; without a step the newest that is whole, and what was stepped over.
  private static func checkpoint(
    of directory: RunDirectory, step: Int?
  ) throws(Failure) -> (file: CheckpointFile, Checkpoint, warnings: [String]) {
    let all = try failing { try directory.checkpoints() }
    if let step {
      guard let file = all.first(where: { $0.step == step }) else {
        let steps = all.map { "\($0.step)" }.joined(separator: ", ")
        throw Failure(
          .missingInput, key: directory.path, "it has no checkpoint of step \(step).",
          hint: all.isEmpty ? "It has none at all." : "It has those of steps \(steps).")
      }
      return (file, try failing { try file.read() }, [])
    }
    var warnings: [String] = []
    for file in all.reversed() {
      do throws(RecordError) {
        return (file, try file.read(), warnings)
      } catch {
        warnings.append("\(error.path): \(error.message); stepped over")
      }
    }
    throw Failure(
      .missingInput, key: directory.path,
      all.isEmpty ? "it has no checkpoint." : "none of its \(all.count) checkpoints is whole.",
      hint: "Go on with the run: icl-host run \(directory.path) --resume")
  }

  /// Evaluates on fresh prompts, as the run does after its last step.
  public func evaluate(observe: (RunEvent) -> Void = { _ in }) throws(Failure) -> RunReport {
    try run.evaluate(
      model: run.components(at: step).model, parameters: parameters, start: start, step: step,
      observe)
  }
}

extension ResolvedRun {
  /// Evaluates the model with parameters from a safetensors file.
  public func evaluate(
    parameters path: String, observe: (RunEvent) -> Void = { _ in }
  ) throws(Failure) -> RunReport {
    let file = try InitialParameters(path)
    let graph = try compose().graph
    let options = options
    let store = try failing {
      try ParameterStore(graph, seed: options.seed, precision: options.precision)
    }
    try store.adopt(file.tensors, from: path)
    return try evaluate(model: model, parameters: store, step: 0, observe)
  }

  fileprivate func evaluate(
    model: ModelInstance, parameters: ParameterStore?, start: ParameterStore? = nil, step: Int,
    _ observe: (RunEvent) -> Void
  ) throws(Failure) -> RunReport {
    var (results, count) = ([NamedEvaluation](), 0)
    for evaluation in evaluations(at: options.steps, isLast: true) {
      let composition = try Composition(task: evaluation.task, model: model)
      if results.isEmpty { count = composition.parameterCount }
      let evaluator = try Evaluator(
        evaluation, of: self, model: model, composition, parameters: parameters, start: start)
      let prompts = evaluation.prompts
      let result = try evaluator.evaluate(prompts: prompts, step: step) {
        observe(.evaluating(done: $0, of: prompts))
      }
      results.append(NamedEvaluation(name: evaluation.name, evaluation: result))
    }
    return RunReport(training: nil, parameters: count, evaluations: results)
  }
}
