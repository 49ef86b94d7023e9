import ICLEngine

/// What a run does with one batch after the other.
protocol BatchWork: AnyObject {
  /// Its first root is the loss.
  var program: Program { get }
  func batch(_ step: Int) throws(Failure) -> Program.Batch
  /// Does a step's work; gives the loss of its batch.
  func step(_ number: Int) throws(Failure) -> Double
}

extension Trainer: BatchWork {}

/// The work of a predictor without parameters: the predictions for a batch, and their loss.
///
/// On fixed prompts only the prompts are kept from step to step: the predictions are the work that is
/// measured.
final class Prediction: BatchWork {
  let program: Program
  private let options: RunOptions
  private let source: PromptSource

  init(_ run: ResolvedRun, _ composition: Composition) throws(Failure) {
    guard !run.model.predictsByItself else {
      throw Failure(
        .configuration, key: "model",
        "\(run.model.component.id) computes its predictions itself, outside of any graph.",
        hint: "Choose a model that builds a graph.")
    }
    options = run.options
    source = PromptSource(task: run.task, seed: options.seed)
    let tensors = composition.tensors.values.filter { composition.graph[$0].isBatched }.sorted()
    let (graph, roots) = try composition.trainingGraph(
      keeping: [composition.predictions] + tensors)
    let options = options
    program = try failing {
      try Program(
        graph, roots: Array(roots.dropLast(tensors.count)), seed: options.seed,
        configuration: options.engine(precision: options.precision), batch: options.batch,
        keeping: options.repeatsOneBatch ? .only(Array(roots.suffix(tensors.count))) : .nothing)
    }
  }

  func batch(_ step: Int) throws(Failure) -> Program.Batch { try source.batch(step, options) }

  func step(_ number: Int) throws(Failure) -> Double {
    let batch = try batch(number)
    try failing { try program.run(batch) }
    return program.number(ofRoot: 0)
  }
}

extension ResolvedRun {
  /// Prepares what the run does in each step.
  func batchWork() throws(Failure) -> any BatchWork {
    let composition = try compose()
    if let trainer = try trainer(for: composition) { return trainer }
    return try Prediction(self, composition)
  }
}
