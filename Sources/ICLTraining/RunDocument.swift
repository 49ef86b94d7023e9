import ICLPlugins
import ICLRecords

/// The JSON documents of `run`, `evaluate` and `--dry-run`. Keys are snake_case and stay.
extension ResolvedRun {
  public func document(_ report: RunReport) -> JSON {
    var document = heading
    document.add("parameters", .integer(report.parameters))
    if let training = report.training {
      document.add("steps", .integer(training.steps))
      document.add("batch", .integer(training.batch))
      document.add("final_loss", .real(training.finalLoss))
      document.add("seconds", .real(training.seconds))
      document.add("steps_per_second", .real(training.stepsPerSecond))
    }
    report.evaluation.add(to: &document)
    guard report.evaluations.count > 1 else { return document }
    var all: JSON = [:]
    for named in report.evaluations {
      var own: JSON = [:]
      named.evaluation.add(to: &own)
      all.add(named.name, own)
    }
    document.add("evaluations", all)
    return document
  }

  public func document(_ cost: RunCost) -> JSON {
    var document = heading
    document.add("parameters", .integer(cost.parameters))
    document.add(cost.isTrained ? "flops_per_step" : "flops_per_prompt", .real(cost.flops))
    if let total = trainingFlops(cost) { document.add("flops_in_all", .real(total)) }
    document.add("memory_bytes", .real(cost.memory))
    var options: JSON = [:]
    for option in values {
      options.add(
        "\(option.owner).\(option.name)",
        ["value": option.value.json, "origin": .text(option.origin.description)])
    }
    document.add("options", options)
    let others = ["evaluations", "schedules", "record"]
    document.add("experiment", Self.document(entries.filter { others.contains($0.path[0]) }))
    return document
  }

  private var heading: JSON {
    [
      "model": .text(model.component.id), "task": .text(task.component.id),
      "optimizer": optimizer.map { .text($0.component.id) } ?? nil,
      "seed": .integer(Int(options.seed)), "threads": .integer(options.threads),
      "precision": .text(options.precision.rawValue), "backend": .text(backend.rawValue),
    ]
  }
}

extension Evaluation {
  func add(to document: inout JSON) {
    document.add("prompts", .integer(prompts))
    document.add("context_lengths", .array(contextLengths.map { .integer($0) }))
    document.add("loss_by_context_length", .reals(losses.map(\.mean)))
    document.add("standard_error_by_context_length", .reals(losses.map(\.standardError)))
    document.add("loss", .real(loss.mean))
    document.add("standard_error", .real(loss.standardError))
    let oracle = oracleLosses
    document.add("oracle_loss_by_context_length", oracle.map { .reals($0.map(\.mean)) } ?? nil)
    document.add(
      "oracle_standard_error_by_context_length",
      oracle.map { .reals($0.map(\.standardError)) } ?? nil)
    document.add("oracle_loss", oracleLoss.map { .real($0.mean) } ?? nil)
    document.add("ratio_to_oracle", oracleLoss.map { .real(loss.mean / $0.mean) } ?? nil)
    var all: JSON = [:]
    for metric in metrics { all.add(metric.id, .array(metric.values.map(\.json))) }
    document.add("metrics", all)
  }
}

extension MetricValues {
  var json: JSON {
    [
      "name": .text(name), "axes": .array(axes.map { .text($0) }),
      "shape": .array(shape.map { .integer($0) }), "first_index": .integer(firstIndex),
      "values": .reals(values),
      "standard_errors": standardErrors.map { .reals($0) } ?? nil,
    ]
  }
}

extension OptionValue {
  var json: JSON {
    switch self {
    case .integer(let value): .integer(Int(value))
    case .real(let value): .real(value)
    case .boolean(let value): .boolean(value)
    case .text(let value): .text(value)
    case .choice(_, let text): .text(text)
    case .reals(let values): .reals(values)
    }
  }
}
