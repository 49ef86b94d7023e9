import ICLKit
import LinearAttentionDynamics

/// A run at one evaluation.
struct Observed {
  var setting: Setting
  var now: Weights
  var start: Weights
  /// nil where the theory does not apply.
  var forecast: Forecast?
  var step: Int

  private var dimension: Int { setting.dimension }

  func reportMeasured(_ report: Report) {
    let d = dimension
    let heads = now.heads
    let map = heads.map(dimension: d)
    let diagonal = (0..<d).map { map[$0 * d + $0] }
    report.table(
      "map", map, [d, d], axes: ["component of the context", "component of the query"])
    report.vector("map-diagonal", diagonal, axis: "component", firstIndex: 1)
    let others = map.indices.filter { $0 / d != $0 % d }.map { map[$0].magnitude }
    report.scalar("off-diagonal", others.max() ?? 0)
    report.vector("head-values", heads.values.map(\.magnitude), axis: "head", firstIndex: 1)
    let drift = zip(heads.conserved(dimension: d), start.heads.conserved(dimension: d)).map {
      ($0 - $1).magnitude
    }
    report.scalar("conserved-drift", drift.max() ?? 0)
    report.scalar("mixing-blocks", now.mixing)
    if let keys = heads.keys, let queries = heads.queries {
      let shape = [heads.values.count, heads.rank, d]
      let axes = ["head", "rank", "component"]
      report.table("keys", keys, shape, axes: axes)
      report.table("queries", queries, shape, axes: axes)
      report.table(
        "key-query-alignment", heads.alignment(dimension: d), Array(shape[..<2]),
        axes: Array(axes[..<2]))
    }
    guard let population = setting.population else { return }
    let loss = population.loss(map: map)
    report.scalar("population-loss", loss)
    report.scalar("components-learnt", Double(population.learnt(map: map)))
    report.scalar("drops", Double(population.drops(at: loss)))
    report.scalar("plateau", Double(population.plateau(at: loss) ?? -1))
  }

  func reportTheory(_ report: Report) {
    guard let forecast else { return }
    let population = forecast.population
    let diagonal = forecast.diagonal(atStep: step)
    let loss = forecast.loss(diagonal)
    report.scalar("theory.population-loss", loss)
    report.vector("theory.map-diagonal", diagonal, axis: "component", firstIndex: 1)
    report.scalar(
      "theory.components-learnt",
      Double((0..<dimension).count { diagonal[$0] > population.optimum[$0] / 2 }))
    report.scalar("theory.drops", Double(population.drops(at: loss)))
    if let values = forecast.headValues(atStep: step) {
      report.vector("theory.head-values", values, axis: "head", firstIndex: 1)
    }
    if step == 0 { reportConstants(report, forecast) }
  }

  /// What does not change along a run is reported where it starts.
  private func reportConstants(_ report: Report, _ forecast: Forecast) {
    let population = forecast.population
    report.vector(
      "theory.plateau-losses", population.plateauLosses, axis: "components learnt", firstIndex: 0)
    report.vector("theory.optimum", population.optimum, axis: "component", firstIndex: 1)
    report.scalar("theory.steps-per-tau", forecast.clock.stepsPerTau)
    if dimension <= 10 {
      report.vector(
        "theory.fixed-point-losses", population.fixedPointLosses, axis: "subset", firstIndex: 0)
      report.scalar("theory.fixed-point-slope", population.fixedPointSlope)
    }
    if start.heads.isMerged {
      let size = MergedReduction.effectiveStart(
        population, values: start.heads.values, maps: start.heads.maps)
      report.scalar("theory.effective-start", size)
    } else {
      let limits = (0..<dimension).map { HeadGrowth(population, component: $0).limit }
      report.vector("theory.head-limits", limits, axis: "component", firstIndex: 1)
    }
    if let steps = forecast.dropSteps, !steps.isEmpty {
      report.vector("theory.drop-steps", steps, axis: "drop", firstIndex: 1)
    }
  }
}

extension Population {
  /// How many midpoints between consecutive plateaus a loss has passed.
  func drops(at loss: Double) -> Int {
    let levels = plateauLosses
    return (1..<levels.count).count { loss < (levels[$0 - 1] + levels[$0]) / 2 }
  }
}
