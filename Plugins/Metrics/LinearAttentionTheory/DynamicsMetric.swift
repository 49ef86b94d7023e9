import ICLKit
import LinearAttentionDynamics

/// What one layer of linear attention has learnt, and what theory says that it should have by now.
///
/// Zhang, Singh, Latham and Saxe 2025 (arXiv 2501.16265). Values are in the paper's scale.
struct DynamicsMetric: Metric {
  static let id = "linear-attention-dynamics"
  static let summary = "effective map, heads and conserved quantities, with their theory"
  static let needs: MetricNeeds = [.parameters, .start]

  /// A forecast is the same for all evaluations of a run.
  private let kept = Kept()

  func begin(_ task: Signature) -> any Accumulator { Observation(task, kept) }
}

private final class Kept {
  private var forecast: Forecast?

  func forecast(
    _ population: Population, _ start: Heads, _ clock: Clock, steps: Int
  ) -> Forecast {
    if let forecast, forecast.population == population, forecast.start == start,
      forecast.clock == clock
    {
      return forecast
    }
    let made = Forecast(population, start, clock, steps: steps)
    forecast = made
    return made
  }
}

private final class Observation: Accumulator {
  private let task: Signature
  private let kept: Kept
  private var observed: Observed?

  init(_ task: Signature, _ kept: Kept) {
    self.task = task
    self.kept = kept
  }

  func observe(_ snapshot: Snapshot) throws {
    let setting = try Setting(snapshot, task)
    let clock = { (isMerged: Bool) in
      Clock(
        learningRate: setting.learningRate ?? 1, layers: isMerged ? 2 : 3,
        divisor: setting.divisor)
    }
    let (now, start) = try (
      Weights(
        snapshot.parameter, dimension: setting.dimension, scale: { clock($0).weightScale }),
      Weights(snapshot.start, dimension: setting.dimension, scale: { clock($0).weightScale })
    )
    let forecast = setting.population.flatMap { population in
      setting.learningRate.map { _ in
        kept.forecast(
          population, start.heads, clock(start.heads.isMerged), steps: snapshot.steps)
      }
    }
    observed = Observed(
      setting: setting, now: now, start: start, forecast: forecast, step: snapshot.step)
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) throws {
    guard let observed else {
      throw KitError("the host did not say where the run stands", code: .unsupported)
    }
    observed.reportMeasured(report)
    observed.reportTheory(report)
  }
}
