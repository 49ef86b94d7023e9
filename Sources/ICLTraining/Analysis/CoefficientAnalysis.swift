import ICLAnalysis
import ICLEngine
import ICLPlugins
import ICLRecords

/// Estimates local learning coefficients of checkpoints by Langevin chains.
///
/// Each chain starts at the checkpoint w*, draws prompts and noise of its own, and moves
///     w ← w - ε/2 (nβ g + γ (w - w*)) + √ε ξ
/// with g the gradient of a batch's mean loss; λ̂ = nβ (mean loss after burn-in - loss at w*).
/// Recorded at each step: `analysis.llc.coefficient` with its standard error, only where it is healthy;
/// `chains`, `estimate` (healthy or not), `is-healthy`, `drift`, `r-hat`, `start-loss`. The trace of the
/// checkpoint s is the series `trace-s.llc.loss`, along the chains' own steps.
struct CoefficientAnalysis {
  private struct Piece {
    var run: Int
    var checkpoint: CheckpointFile
  }

  private let work: AnalysisWork
  private let making = MakingOrder()

  init(_ work: AnalysisWork) { self.work = work }

  func execute(_ runs: [AnalysedRun]) throws(Failure) -> [AnalysisReport.Finding] {
    var pieces: [Piece] = []
    for (number, run) in runs.enumerated() {
      let steps = work.analysis.reals("steps")
      let known = Set(work.site.lines(run.directory).compactMap(Self.coefficientStep))
      var files: [CheckpointFile] = []
      if steps.isEmpty { files.append(try run.lastCheckpoint()) }
      for step in steps { files.append(try run.checkpoint(near: step)) }
      for file in files {
        let isThere = pieces.contains { $0.run == number && $0.checkpoint == file }
        if !known.contains(file.step), !isThere {
          pieces.append(Piece(run: number, checkpoint: file))
        }
      }
    }
    let todo = pieces
    let writing = MakingOrder()
    try work.inParallel(todo.count) { number in
      let piece = todo[number]
      let run = runs[piece.run]
      let lines = try Self.lines(
        sample(run, piece.checkpoint), piece.checkpoint.step, work.analysis)
      try writing.alone {
        try work.site.write(work.site.lines(run.directory) + lines, of: run.directory)
      }
    }
    return runs.map { finding($0) }
  }

  private static func coefficientStep(_ line: JSON) -> Int? {
    line["name"]?.string == "analysis" ? line["step"]?.integer : nil
  }

  private func finding(_ run: AnalysedRun) -> AnalysisReport.Finding {
    var (texts, values) = ([String](), [(name: String, value: Double)]())
    for line in work.site.lines(run.directory) {
      guard let step = Self.coefficientStep(line) else { continue }
      let numbers = line["values"]?.elements ?? []
      func number(_ name: String) -> JSON? { numbers.first { $0["name"]?.string == name } }
      if let found = number("coefficient"), let value = found["values"]?.reals?.first {
        values.append(("coefficient-\(step)", value))
      } else {
        let problems = line["problems"]?.elements?.compactMap(\.string) ?? []
        texts.append("step \(step) refused: \(problems.joined(separator: "; "))")
      }
    }
    return .init(
      run: run.directory.name,
      text: texts.isEmpty ? "all chains healthy" : texts.joined(separator: ". "), values: values)
  }

  // MARK: Sampling

  private struct Samples {
    var traces: [[Double]]
    var start: Double
    var startError: Double
  }

  private func sample(_ run: AnalysedRun, _ file: CheckpointFile) throws -> Samples {
    let chains = work.analysis.integer("chains")
    var samples = Samples(traces: [], start: 0, startError: 0)
    for chain in 0..<chains {
      let trainer = try making.alone { try makeTrainer(run, chain: chain) }
      try trainer.parameters.adopt(try file.read().parameters, from: file.path)
      if chain == 0 { (samples.start, samples.startError) = try startLoss(trainer) }
      samples.traces.append(try trace(trainer, chain: chain))
    }
    return samples
  }

  /// The loss before each step. A chain that runs away is no mistake of the analysis: from there on
  /// its losses are not numbers, and the estimate is refused.
  private func trace(_ trainer: Trainer, chain: Int) throws -> [Double] {
    let count = trainer.options.steps
    var trace: [Double] = []
    for step in 0..<count {
      if step % 64 == 0, work.shouldStop() {
        throw Failure(
          .stopped, key: work.site.path, "stopped.", hint: "The same command goes on.")
      }
      do {
        trace.append(try trainer.step(step, on: batch(trainer, chain: chain, step: step)))
      } catch {
        guard (error as? Failure)?.status == .checkFailed else { throw error }
        return trace + [Double](repeating: .nan, count: count - step)
      }
    }
    return trace
  }

  /// The run's model and the distribution that its training ended with, moved by SGLD.
  private func makeTrainer(_ run: AnalysedRun, chain: Int) throws -> Trainer {
    let analysis = work.analysis
    var overrides = Settings()
    let steps = analysis.integer("burn-in") + analysis.integer("draws")
    for (name, value) in [
      ("steps", "\(steps)"), ("threads", "1"), ("schedule", "constant"), ("warm-up", "0"),
    ] { overrides.set(.run, name, value) }
    let batch = analysis.integer("batch")
    if batch > 0 { overrides.set(.run, "batch", "\(batch)") }
    var experiment = try run.experiment(overrides)
    let last = try ResolvedRun(run.experiment(Settings()), in: work.catalog)
    let ended = last.schedules.settings(.task, at: last.options.steps - 1)
    for (name, setting) in ended { experiment.settings.set(.task, name, setting) }
    let model = last.schedules.settings(.model, at: last.options.steps - 1)
    for (name, setting) in model { experiment.settings.set(.model, name, setting) }
    experiment.schedules = []
    experiment.evaluations = [EvaluationPlan(name: EvaluationPlan.main, schedule: .atEnd)]
    experiment.metrics = []
    experiment.settings = experiment.settings.without(.optimizer).withoutMetrics
    experiment.optimizer = ComponentChoice("sgld", origin: .default)
    for name in ["learning-rate", "inverse-temperature", "localization"] {
      experiment.settings.set(.optimizer, name, "\(analysis.real(name))")
    }
    experiment.settings.set(.optimizer, "seed", "\(analysis.integer("seed") * 1024 + chain)")
    let resolved = try ResolvedRun(experiment, in: work.catalog)
    guard let trainer = try resolved.trainer(for: resolved.compose()) else {
      throw Failure(
        .configuration, key: run.directory.path, "its model has no parameters to sample.")
    }
    return trainer
  }

  /// Prompts that neither training nor evaluation draws, others for each chain; of a fixed set its
  /// own batches, each chain a batch ahead.
  private func batch(_ trainer: Trainer, chain: Int, step: Int) throws -> Program.Batch {
    if trainer.options.prompts > 0 { return try trainer.batch(step + chain) }
    let stream = UInt64(work.analysis.integer("seed") * 1024 + chain + 1)
    return try fresh(trainer, StepRange.analysis + (stream << 24) + UInt64(step))
  }

  private func fresh(_ trainer: Trainer, _ step: UInt64) throws -> Program.Batch {
    var batch = Program.Batch(
      step: step, firstPrompt: 0, count: trainer.options.batch,
      weight: 1 / Double(trainer.options.batch))
    batch.inputs = try trainer.source.tensors(step: step, first: 0, count: batch.count)
    return batch
  }

  /// The mean loss at the checkpoint over many batches, or over the whole fixed set.
  private func startLoss(_ trainer: Trainer) throws -> (Double, error: Double) {
    let options = trainer.options
    let isFixed = options.prompts > 0
    let count =
      isFixed ? options.prompts / options.batch : work.analysis.integer("start-batches")
    var losses: [Double] = []
    for number in 0..<count {
      let batch =
        isFixed
        ? try trainer.batch(number) : try fresh(trainer, StepRange.analysis + UInt64(number))
      try trainer.program.run(batch)
      losses.append(trainer.program.number(ofRoot: 0))
    }
    let mean = losses.reduce(0, +) / Double(count)
    guard !isFixed, count > 1 else { return (mean, 0) }
    let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(count - 1) / Double(count)).squareRoot())
  }

  // MARK: Lines

  private static func lines(
    _ samples: Samples, _ step: Int, _ analysis: Analysis
  ) -> [JSON] {
    let burnIn = analysis.integer("burn-in")
    let pull = analysis.real("learning-rate") * analysis.real("localization")
    var limits = CoefficientEstimate.Limits()
    limits.drift = analysis.real("drift")
    limits.rHat = analysis.real("r-hat")
    limits.relaxations = analysis.real("relaxations")
    let estimate = CoefficientEstimate(
      traces: samples.traces, burnIn: burnIn, start: samples.start,
      startError: samples.startError, inverseTemperature: analysis.real("inverse-temperature"),
      relaxation: pull > 0 ? 2 / pull : nil, limits: limits)
    var values = [
      AnalysisValue("estimate", estimate.mean, error: estimate.standardError),
      AnalysisValue("chains", estimate.chains, axes: ["chain"]),
      AnalysisValue("deviation", estimate.deviation),
      AnalysisValue("drift", estimate.drifts, axes: ["chain"]),
      AnalysisValue("r-hat", estimate.rHat),
      AnalysisValue("is-healthy", estimate.isHealthy ? 1 : 0),
      AnalysisValue("start-loss", samples.start, error: samples.startError),
    ]
    if estimate.isHealthy {
      values.append(
        AnalysisValue("coefficient", estimate.mean, error: estimate.standardError))
    }
    var line = AnalysisValue.line(step: step, series: "analysis", metric: "llc", values)
    line.add("problems", .array(estimate.problems.map { .text($0) }))
    return [line] + traceLines(samples.traces, step)
  }

  /// At most 100 means of neighbouring steps of each chain.
  private static func traceLines(_ traces: [[Double]], _ step: Int) -> [JSON] {
    let length = traces.first?.count ?? 0
    let piece = max(1, (length + 99) / 100)
    return stride(from: 0, to: length, by: piece).map { first in
      let end = min(first + piece, length)
      let means = traces.map { $0[first..<end].reduce(0, +) / Double(end - first) }
      return AnalysisValue.line(
        step: end, series: "trace-\(step)", metric: "llc",
        [AnalysisValue("loss", means, axes: ["chain"])])
    }
  }
}

extension StepRange {
  /// Analyses draw their prompts from here on, a chain 2²⁴ steps.
  static let analysis: UInt64 = 1 << 41
}

extension Settings {
  /// Without the options of an owner.
  func without(_ owner: OptionOwner) -> Settings {
    var result = self
    result.remove(owner)
    return result
  }

  var withoutMetrics: Settings {
    metrics.reduce(into: self) { $0.remove(.metric($1)) }
  }
}
