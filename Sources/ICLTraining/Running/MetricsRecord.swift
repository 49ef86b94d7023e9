import ICLPlugins
import ICLRecords

/// The lines of `metrics.jsonl`. They hold no times, so that a run that was resumed has the same.
enum MetricsRecord {
  static func training(step: Int, loss: Double, learningRateScale: Double) -> JSON {
    [
      "kind": "training", "step": .integer(step), "loss": .real(loss),
      "learning_rate_scale": .real(learningRateScale),
    ]
  }

  static func evaluation(step: Int, name: String, _ evaluation: Evaluation) -> JSON {
    let oracle = evaluation.oracleLosses
    return [
      "kind": "evaluation", "step": .integer(step), "name": .text(name),
      "prompts": .integer(evaluation.prompts), "loss": .real(evaluation.loss.mean),
      "standard_error": .real(evaluation.loss.standardError),
      "oracle_loss": evaluation.oracleLoss.map { .real($0.mean) } ?? nil,
      "loss_by_context_length": .reals(evaluation.losses.map(\.mean)),
      "standard_error_by_context_length": .reals(evaluation.losses.map(\.standardError)),
      "oracle_loss_by_context_length": oracle.map { .reals($0.map(\.mean)) } ?? nil,
      "first_context_length": .integer(evaluation.contextLengths.first ?? 0),
      "values": .array(
        evaluation.metrics.flatMap { metric in metric.values.map { json($0, of: metric.id) } }),
    ]
  }

  private static func json(_ values: MetricValues, of metric: String) -> JSON {
    [
      "metric": .text(metric), "name": .text(values.name),
      "axes": .array(values.axes.map { .text($0) }),
      "first_index": .integer(values.firstIndex),
      "shape": .array(values.shape.map { .integer($0) }),
      "values": .reals(values.values),
      "standard_errors": values.standardErrors.map { .reals($0) } ?? nil,
    ]
  }
}
