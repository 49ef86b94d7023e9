import ICLPlugins
import ICLTraining

/// The final table of a run.
enum ReportText {
  static func text(_ run: ResolvedRun, _ report: RunReport) -> String {
    let evaluation = report.evaluation
    var lines = [heading(run, report), "", table(evaluation)]
    let scalars = evaluation.metrics.flatMap(\.values).filter(\.isScalar)
    if !scalars.isEmpty { lines.append("") }
    lines += scalars.map(line)
    if report.evaluations.count > 1 { lines += ["", table(report.evaluations)] }
    let prompts = NumberText.count(evaluation.prompts)
    lines += ["", "Evaluated on \(prompts) fresh prompts; ± is one standard error."]
    return lines.joined(separator: "\n")
  }

  private static func heading(_ run: ResolvedRun, _ report: RunReport) -> String {
    let names = "\(run.model.component.id) on \(run.task.component.id)"
    let parameters =
      report.parameters == 1 ? "1 parameter" : "\(NumberText.count(report.parameters)) parameters"
    guard let training = report.training else {
      return report.parameters == 0
        ? "\(names): nothing to train" : "\(names): \(parameters), as they start"
    }
    let rate = NumberText.count(Int(training.stepsPerSecond.rounded()))
    return "\(names): \(parameters), \(NumberText.count(training.steps)) steps of "
      + "\(NumberText.count(training.batch)) prompts in \(NumberText.time(training.seconds)) "
      + "(\(rate) steps/s)"
  }

  private static func table(_ evaluation: Evaluation) -> String {
    let curves = curves(evaluation)
    var table = TextTable(
      [
        ("context pairs", .right), ("loss on fresh prompts", .right), ("Bayes-optimal", .right),
        ("ratio", .right),
      ] + curves.map { ($0.name, .right) })
    func add(_ name: String, _ loss: Estimate, _ oracle: Estimate?, _ others: [Double?]) {
      table.add(
        [
          name, text(loss.mean, loss.standardError),
          oracle.map { NumberText.loss($0.mean) } ?? "-",
          oracle.map { ratio(loss.mean / $0.mean) } ?? "-",
        ] + others.map { $0.map(NumberText.loss) ?? "" })
    }
    for (index, length) in evaluation.contextLengths.enumerated() {
      add(
        "\(length)", evaluation.losses[index], evaluation.oracleLosses?[index],
        curves.map { $0.values[index] })
    }
    if evaluation.contextLengths.count > 1 {
      add("mean", evaluation.loss, evaluation.oracleLoss, curves.map { _ in nil })
    }
    return table.text
  }

  /// The losses of all evaluations, each the mean over its positions.
  private static func table(_ evaluations: [NamedEvaluation]) -> String {
    var table = TextTable([
      ("evaluation", .left), ("prompts", .right), ("loss", .right), ("Bayes-optimal", .right),
      ("ratio", .right),
    ])
    for named in evaluations {
      let (loss, oracle) = (named.evaluation.loss, named.evaluation.oracleLoss)
      table.add([
        named.name, NumberText.count(named.evaluation.prompts),
        text(loss.mean, loss.standardError), oracle.map { NumberText.loss($0.mean) } ?? "-",
        oracle.map { ratio(loss.mean / $0.mean) } ?? "-",
      ])
    }
    return table.text
  }

  /// Curves over the context length. The default metrics' are what the table shows anyway.
  private static func curves(_ evaluation: Evaluation) -> [MetricValues] {
    evaluation.metrics.filter { !RunConfiguration.defaultMetrics.contains($0.id) }
      .flatMap(\.values)
      .filter { $0.axis == "context length" && $0.values.count == evaluation.losses.count }
  }

  /// Where the best loss is nothing but rounding, the ratio has no digits that count.
  private static func ratio(_ value: Double) -> String {
    value < 1e6 ? NumberText.fixed(value, 3) : NumberText.scientific(value)
  }

  /// The error has as many places as the value.
  private static func text(_ value: Double, _ error: Double) -> String {
    let shown = NumberText.loss(value)
    guard !shown.contains("e"), let dot = shown.firstIndex(of: ".") else {
      return "\(shown) ± \(NumberText.loss(error))"
    }
    let places = shown.distance(from: dot, to: shown.endIndex) - 1
    return "\(shown) ± \(NumberText.fixed(error, places))"
  }

  private static func line(_ values: MetricValues) -> String {
    let value = values.values.first.map(NumberText.loss) ?? "-"
    let error = values.standardErrors?.first.map { " ± \(NumberText.loss($0))" } ?? ""
    return "\(values.name): \(value)\(error)"
  }
}
