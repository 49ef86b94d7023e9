import ICLAnalysis
import ICLPlugins
import ICLRandom
import ICLRecords

/// Joint principal components of what all runs predict along training, for prompts that they share.
///
/// A row is the predictions of one checkpoint for all prompts and positions. The mean and the
/// components are those of all rows of all runs; predictors are projected and take no part in the fit.
/// Carroll et al. 2025 (arXiv 2501.17745), section 4. The predictions of a run are kept beside its
/// lines, in predictions.npz.
struct TrajectoryAnalysis {
  private let work: AnalysisWork
  private let making = MakingOrder()

  init(_ work: AnalysisWork) { self.work = work }

  func execute(_ runs: [AnalysedRun]) throws(Failure) -> [AnalysisReport.Finding] {
    for run in runs { try run.needsCheckpoints() }
    let seed = try self.seed(of: runs)
    try work.inParallel(runs.count) { number in
      let path = predictionsPath(runs[number])
      if Folder.exists(path) { return }
      try RunPredictions(runs[number], work, seed: seed, making).write(to: path)
    }
    var predictions: [RunPredictions] = []
    for run in runs {
      predictions.append(try failing { try RunPredictions(reading: predictionsPath(run)) })
    }
    guard Set(predictions.map { $0.columns }).count == 1 else {
      throw Failure(
        .badData, key: work.site.path, "the runs predict different numbers of positions.",
        hint: "Analyse runs of one task and one context length together.")
    }
    return try record(runs, predictions)
  }

  private func predictionsPath(_ run: AnalysedRun) -> String {
    "\(work.site.path)/\(run.directory.name)/predictions.npz"
  }

  /// Prompts are the same for all runs only if they have one seed.
  private func seed(of runs: [AnalysedRun]) throws(Failure) -> UInt64 {
    let wanted = work.analysis.integer("seed")
    if wanted >= 0 { return UInt64(wanted) }
    var seeds: Set<UInt64> = []
    for run in runs {
      let settings = try run.experiment(Settings()).settings[.run]
      seeds.insert(UInt64(settings["seed"] ?? "0") ?? 0)
    }
    guard let seed = seeds.first, seeds.count == 1 else {
      throw Failure(
        .configuration, key: "seed",
        "the runs have \(seeds.count) seeds, so each draws other prompts.",
        hint: "Give one for the prompts of all: --set seed=0.")
    }
    return seed
  }

  private func record(
    _ runs: [AnalysedRun], _ predictions: [RunPredictions]
  ) throws(Failure) -> [AnalysisReport.Finding] {
    let analysis = work.analysis
    let rows = predictions.flatMap(\.rows)
    let weights =
      analysis.text("weights") == "equal"
      ? nil : predictions.flatMap { Self.logarithmicWeights($0.steps) }
    let count = analysis.integer("components")
    let fit = oriented(
      PrincipalComponents(rows, weights: weights, count: count), predictions)
    let control =
      analysis.boolean("control")
      ? PrincipalComponents(randomised(predictions), weights: weights, count: count) : nil
    var findings: [AnalysisReport.Finding] = []
    for (run, predictions) in zip(runs, predictions) {
      var lines: [JSON] = []
      for (step, row) in zip(predictions.steps, predictions.rows) {
        var values = [
          AnalysisValue("position", fit.position(of: row), axes: ["component"])
        ]
        if step == predictions.steps.first {
          values += constants(fit, control, predictions)
        }
        lines.append(
          AnalysisValue.line(step: step, series: "analysis", metric: "trajectories", values))
      }
      try work.site.write(lines, of: run.directory)
      let end = predictions.rows.last.map { fit.position(of: $0) } ?? []
      findings.append(
        .init(
          run: run.directory.name, text: "\(predictions.steps.count) checkpoints",
          values: end.enumerated().map { ("component-\($0 + 1)", $1) }))
    }
    return findings
  }

  /// What holds for the whole run is recorded where it starts.
  private func constants(
    _ fit: PrincipalComponents, _ control: PrincipalComponents?, _ predictions: RunPredictions
  ) -> [AnalysisValue] {
    var values = [AnalysisValue("explained", fit.explained, axes: ["component"])]
    if let control {
      values.append(
        AnalysisValue("control-explained", control.explained, axes: ["component"]))
    }
    let positions = predictions.positions
    let shares = fit.components.flatMap { component in
      (0..<positions).map { position in
        stride(from: position, to: component.count, by: positions).reduce(0) {
          $0 + component[$1] * component[$1]
        }
      }
    }
    values.append(
      AnalysisValue(
        "loading-by-position", shares, [fit.components.count, positions],
        axes: ["component", "position"]))
    for (name, row) in predictions.references {
      values.append(AnalysisValue(name, fit.position(of: row), axes: ["component"]))
    }
    return values
  }

  /// Signs are arbitrary: each component points from the other references to the first.
  private func oriented(
    _ fit: PrincipalComponents, _ predictions: [RunPredictions]
  ) -> PrincipalComponents {
    let names = work.analysis.text("references").split(separator: ",").map(String.init)
    guard let first = names.first else { return fit }
    var (toFirst, others) = ([Double](), [Double]())
    for component in fit.components.indices {
      var sums = (first: 0.0, others: 0.0, count: 0.0)
      for run in predictions {
        for (name, row) in run.references {
          let place = fit.position(of: row)[component]
          if name == first { sums.first = place } else { sums.others += place; sums.count += 1 }
        }
      }
      toFirst.append(sums.first)
      others.append(sums.count > 0 ? sums.others / sums.count : 0)
    }
    return fit.turned(zip(toFirst, others).map { $0 < $1 ? -1 : 1 })
  }

  /// Each number's series along training with phases of its own.
  private func randomised(_ predictions: [RunPredictions]) -> [[Double]] {
    var result: [[Double]] = []
    for (number, run) in predictions.enumerated() {
      let length = run.rows.count
      let randomiser = PhaseRandomised(length: length)
      var rows = run.rows
      var phases = [Double](repeating: 0, count: PhaseRandomised.phaseCount(length: length))
      for column in 0..<run.columns {
        phases.withUnsafeMutableBufferPointer { buffer in
          PhiloxStreams().uniform(
            seed: 0, stream: "analysis.phases", step: UInt64(number), prompt: UInt64(column),
            into: buffer)
        }
        let series = randomiser.series(run.rows.map { $0[column] }, phases: phases)
        for row in rows.indices { rows[row][column] = series[row] }
      }
      result += rows
    }
    return result
  }

  /// Half of the logarithm of steps between the neighbours of each, counted from step 1.
  private static func logarithmicWeights(_ steps: [Int]) -> [Double] {
    let logs = steps.map { logarithm(Double(max($0, 1))) }
    return logs.indices.map { place in
      let (before, after) = (logs[max(place - 1, 0)], logs[min(place + 1, logs.count - 1)])
      return max((after - before) / 2, 1e-9)
    }
  }
}
