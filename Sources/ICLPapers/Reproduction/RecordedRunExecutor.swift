import ICLPlugins
import ICLRecords
import ICLTraining

/// Runs as `icl-host run` does, in directories with a name made of what is run.
public struct RecordedRunExecutor: RunExecutor {
  private let catalog: PluginCatalog
  private let commandLine: [String]
  private let threads: Int?
  private let order = RunOrder()

  /// - Parameter threads: of a run that is alone; nil for as many as its experiment says.
  public init(catalog: PluginCatalog, threads: Int? = nil, commandLine: [String] = []) {
    self.catalog = catalog.frozen()
    self.threads = threads
    self.commandLine = commandLine
  }

  public func execute(
    _ plan: PlannedRun, in folder: String, threads: Int?, observe: @escaping (Double) -> Void
  ) throws -> FinishedRun {
    var settings = try Settings(plan.options)
    if let threads = threads ?? self.threads { settings.set(.run, "threads", "\(threads)") }
    let experiment = try experiment(plan, settings)
    // A run directory is named after what is run, and where it starts from is not part of that.
    let start = try plan.parameters.map { try Digest.sha256(ofFile: $0) }
    let folder = start.map { "\(folder)/from-\($0.prefix(8))" } ?? folder
    let identity =
      try order.alone { try ResolvedRun(experiment, in: catalog).identity() } + (start ?? "")
    order.begin(identity)
    defer { order.end(identity) }
    let run = try order.alone {
      try RecordedRun(
        experiment, in: catalog, at: RunDestination(runs: folder, resumes: true),
        parameters: plan.parameters, commandLine: commandLine)
    }
    let begin = ContinuousClock.now
    let outcome = try run.execute(
      observe: { event in
        if case .training(let progress) = event, progress.steps > 0 {
          observe(Double(progress.step) / Double(progress.steps))
        }
      }, shouldStop: { StopSignals.areRaised })
    let source = { try RecordedSeries(reading: run.directory) }
    switch outcome {
    case .finished(let report):
      return FinishedRun(
        plan: plan, source: try source(), steps: report.training?.steps,
        directory: run.directory.path,
        seconds: (ContinuousClock.now - begin) / .seconds(1))
    case .wasFinished(let steps):
      return FinishedRun(
        plan: plan, source: try source(), steps: steps > 0 ? steps : nil,
        directory: run.directory.path)
    case .stopped(let step, let steps):
      throw Failure(
        .stopped, key: run.directory.path, "stopped after \(step) of \(steps) steps.",
        hint: "The same command goes on from there.")
    }
  }

  public func analyse(
    _ runs: [FinishedRun], _ analysis: Analysis, in folder: String, threads: Int,
    observe: @escaping @Sendable (Double) -> Void
  ) throws -> [any SeriesSource] {
    let directories = runs.compactMap(\.directory)
    let site = "\(folder)/\(try analysis.name(runs: directories))"
    _ = try analysis.execute(
      runs: directories, in: site, threads: threads, catalog: catalog, observe: observe,
      shouldStop: { StopSignals.areRaised })
    return try directories.map {
      RecordedSeries(lines: try Analysis.lines(of: $0, in: site), path: site)
    }
  }

  private func experiment(_ plan: PlannedRun, _ settings: Settings) throws -> Experiment {
    switch plan.work {
    case .experiment(let file, let trains):
      var experiment = try Experiment(file: file, overrides: settings)
      if !trains { experiment.optimizer = nil }
      return experiment
    case .analysis(let work):
      throw Failure(.internalError, "the analysis \(work.kind.rawValue) is no run.")
    case .evaluation(let work):
      return try Experiment(
        RunConfiguration(
          model: work.model, task: work.task, metrics: work.metrics, optimizer: nil,
          settings: settings))
    }
  }
}
