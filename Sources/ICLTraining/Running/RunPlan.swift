import ICLPlugins

/// What is decided about a run before its first step: what changes, what is evaluated, and when.
struct RunPlan {
  let experiment: Experiment
  /// With the components as their options are given, without what changes.
  let run: ResolvedRun
  let evaluations: [NamedEvaluation]

  /// An evaluation with its components, as far as they do not change.
  struct NamedEvaluation {
    var name: String
    var schedule: StepSchedule
    var prompts: Int
    /// nil: the run's.
    var task: Component?
    /// On top of the run's where the task is the run's.
    var settings: [String: String]
    var metrics: [MetricInstance]
  }

  var options: RunOptions { run.options }

  // MARK: Steps

  /// The main evaluation is after the last step in any case.
  func evaluations(at step: Int, isLast: Bool) -> [NamedEvaluation] {
    // Where nothing is trained, the first step is the last.
    if isLast, step == 0 { return evaluations }
    let steps = isLast ? step : options.steps
    return evaluations.filter {
      isLast && $0.name == EvaluationPlan.main || $0.schedule.contains(step: step, of: steps)
    }
  }

  func evaluates(at step: Int) -> Bool {
    evaluations.contains { $0.schedule.contains(step: step, of: options.steps) }
  }

  /// Whether some option has another value at a step than before it.
  func changes(at step: Int) -> Bool {
    experiment.schedules.contains { $0.mayChange(at: step) && $0.changes(at: step) }
  }

  /// Lines of metrics.jsonl before a step.
  func lines(before step: Int) -> Int {
    let steps = options.steps
    let losses = Set(experiment.record.training.steps(of: steps) + [steps - 1])
    return evaluations.reduce(losses.count { $0 < step }) { sum, evaluation in
      sum + evaluation.schedule.steps(of: steps).count { $0 < step }
    }
  }
}

extension OptionSchedule {
  /// Cheaper than `changes`: false where it cannot.
  fileprivate func mayChange(at step: Int) -> Bool {
    if interpolation == .step { return points.contains { $0.step == step } }
    guard let last = points.last, step <= last.step else { return false }
    let before = points.last { $0.step < step }?.step ?? 0
    return (step - before).isMultiple(of: every) || points.contains { $0.step == step }
  }
}
