import ICLEngine
import ICLRecords

extension Probe {
  /// The model of a run as it was at the checkpoint, on the task of the main evaluation.
  public init(_ trained: TrainedRun) throws(Failure) {
    let run = trained.run
    let model = try run.components(at: trained.step).model
    let task = run.evaluations[0].task
    try self.init(
      ComposedModel(
        Composition(task: task, model: model), model: model, task: task, options: run.options,
        parameters: trained.parameters))
  }

  /// The model with parameters from a safetensors file.
  public init(_ run: ResolvedRun, parameters path: String) throws(Failure) {
    let file = try InitialParameters(path)
    let graph = try run.compose().graph
    let options = run.options
    let store = try failing {
      try ParameterStore(graph, seed: options.seed, precision: options.precision)
    }
    try store.adopt(file.tensors, from: path)
    try self.init(run, parameters: store)
  }
}
