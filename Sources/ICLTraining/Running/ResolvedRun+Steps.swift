/// What there is to do at which step.
extension ResolvedRun {
  func evaluates(at step: Int) -> Bool {
    evaluations.contains { $0.schedule.contains(step: step, of: options.steps) }
  }

  /// - Parameter isLast: after training; where an optimizer drives, nobody knows the step before.
  ///   The main evaluation is there in any case.
  func evaluations(at step: Int, isLast: Bool) -> [ResolvedEvaluation] {
    // Where nothing is trained, the first step is the last.
    if isLast, step == 0 { return evaluations }
    return evaluations.filter {
      isLast && $0.name == EvaluationPlan.main
        || $0.schedule.contains(step: step, of: isLast ? step : options.steps)
    }
  }

  /// Whose options have other values at a step than before it.
  func changingOwners(at step: Int) -> Set<OptionOwner> {
    if schedules.isEmpty { return [] }
    return Set(schedules.filter { $0.mayChange(at: step) && $0.changes(at: step) }.map(\.owner))
  }

  /// Lines of metrics.jsonl before a step.
  func recordedLines(before step: Int) -> Int {
    let losses = Set(experiment.record.training.steps(of: options.steps) + [0, options.steps - 1])
    return evaluations.reduce(losses.count { $0 < step }) { sum, evaluation in
      sum + evaluation.schedule.steps(of: options.steps).count { $0 < step }
    }
  }
}

extension OptionSchedule {
  /// Cheaper than `changes`: false where nothing is due.
  fileprivate func mayChange(at step: Int) -> Bool {
    if points.contains(where: { $0.step == step }) { return true }
    guard interpolation != .step, let last = points.last, step < last.step else { return false }
    let before = points.last { $0.step < step }?.step ?? 0
    return (step - before).isMultiple(of: every)
  }
}
