import ICLKit
import LinearAttentionDynamics

/// The time courses of the theory at times that are given, whatever the model has learnt.
///
/// Zhang, Singh, Latham and Saxe 2025 (arXiv 2501.16265), section 3. Times are in units of τ.
struct TimeCourseMetric: Metric {
  static let id = "linear-attention-time-courses"
  static let summary = "time courses of linear attention by theory, at times that are given"
  static let needs: MetricNeeds = []

  @Option("norm of each layer of merged attention at the start", 1e-12...1) var mergedStart = 0.001
  @Option("times at which merged attention is told, in units of τ", 0...1e9)
  var times: [Double] = [0, 20, 40, 80]
  @Option("v at the start of a head that learns one component", 1e-9...10) var headStart = 0.03
  @Option("fractions of its limit to which a head is timed", 1e-9...0.999999)
  var fractions: [Double] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
  @Option("how many of the first components a head of that rank has learnt", 1...256)
  var components = 1
  @Option("how many components come before those", 0...255) var skipped = 0

  func begin(_ task: Signature) -> any Accumulator { TimeCourses(task, self) }
}

private final class TimeCourses: Accumulator {
  private let task: Signature
  private let metric: TimeCourseMetric
  private var population: Population?
  private var contextLength = 0

  init(_ task: Signature, _ metric: TimeCourseMetric) {
    self.task = task
    self.metric = metric
  }

  func observe(_ snapshot: Snapshot) throws {
    let setting = try Setting(snapshot, task)
    contextLength = setting.contextLength
    guard let population = setting.population else {
      throw KitError(
        "the time courses are for linear attention on noise-free prompts, each with a task of "
          + "its own", path: "noise-variance", code: .unsupported)
    }
    guard metric.skipped + metric.components <= population.dimension else {
      throw KitError(
        "components \(metric.skipped + 1) to \(metric.skipped + metric.components) of "
          + "\(population.dimension)", path: "components")
    }
    self.population = population
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) throws {
    guard let population else { return }
    report.vector(
      "theory.plateau-losses", population.plateauLosses, axis: "components learnt", firstIndex: 0)
    reportMerged(report, population)
    reportHeads(report, population)
    let variance = population.eigenvalues[0]
    guard population.eigenvalues.allSatisfy({ abs($0 - variance) <= 1e-12 * variance }),
      abs(population.drive[0] - variance * variance) <= 1e-12
    else { return }
    let white = WhiteMerged(
      dimension: population.dimension, contextLength: contextLength, variance: variance,
      start: metric.mergedStart)
    report.vector("theory.white-scale", metric.times.map(white.sigma), axis: "time", firstIndex: 0)
    report.vector("theory.white-loss", metric.times.map(white.loss), axis: "time", firstIndex: 0)
    report.scalar("theory.white-half-time", white.halfTime)
  }

  private func reportMerged(_ report: Report, _ population: Population) {
    var losses = [Double](repeating: 0, count: metric.times.count)
    var diagonals = [[Double]](repeating: [], count: metric.times.count)
    var reduction = MergedReduction(population, start: metric.mergedStart)
    for place in metric.times.indices.sorted(by: { metric.times[$0] < metric.times[$1] }) {
      reduction.advance(to: metric.times[place])
      losses[place] = reduction.loss
      diagonals[place] = reduction.diagonal
    }
    report.vector("theory.merged-loss", losses, axis: "time", firstIndex: 0)
    report.table(
      "theory.merged-diagonal", Array(diagonals.joined()), [losses.count, population.dimension],
      axes: ["time", "component"])
  }

  private func reportHeads(_ report: Report, _ population: Population) {
    let growths = (0..<population.dimension).map { HeadGrowth(population, component: $0) }
    report.table(
      "theory.growth-times",
      growths.flatMap { growth in
        metric.fractions.map { growth.time(from: metric.headStart, to: $0 * growth.limit) }
      }, [growths.count, metric.fractions.count], axes: ["component", "fraction"])
    report.vector(
      "theory.growth-estimates",
      population.drive.map { 1 / ($0 * metric.headStart) }, axis: "component", firstIndex: 1)
    let learnt = population.order[metric.skipped..<metric.skipped + metric.components]
    let head = RankHead(population, components: Array(learnt))
    report.vector("theory.rank-head", [head.value] + head.keys, axis: "weight", firstIndex: 0)
  }
}
