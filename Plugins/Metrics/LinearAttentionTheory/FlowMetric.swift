import ICLKit
import LinearAttentionDynamics

/// Gradient flow on the population from the actual start, to its end, beside reductions and closed
/// forms: when the loss crosses the levels between plateaus, and what stays conserved.
///
/// Reported before training. Times are in units of τ.
struct FlowMetric: Metric {
  static let id = "linear-attention-flow"
  static let summary = "gradient flow from the actual start, beside its reductions"
  static let needs: MetricNeeds = [.parameters, .start]

  @Option("until when the flow is followed, in units of τ", 1...1e6) var horizon = 1000.0
  @Option(
    "losses whose crossing is timed; empty: the middle between one plateau and the next", 0...1e12)
  var levels: [Double] = []

  func begin(_ task: Signature) -> any Accumulator { Flow(task, self) }
}

private final class Flow: Accumulator {
  private let task: Signature
  private let metric: FlowMetric
  private var start: (population: Population, heads: Heads, clock: Clock)?

  init(_ task: Signature, _ metric: FlowMetric) {
    self.task = task
    self.metric = metric
  }

  func observe(_ snapshot: Snapshot) throws {
    guard snapshot.step == 0 else { return }
    let setting = try Setting(snapshot, task)
    guard let population = setting.population else {
      throw KitError(
        "the flow is for linear attention on noise-free prompts, each with a task of its own",
        path: "noise-variance", code: .unsupported)
    }
    let clock = { (isMerged: Bool) in
      Clock(
        learningRate: setting.learningRate ?? 1, layers: isMerged ? 2 : 3,
        divisor: setting.divisor)
    }
    let weights = try Weights(
      snapshot.start, dimension: setting.dimension, scale: { clock($0).weightScale })
    start = (population, weights.heads, clock(weights.heads.isMerged))
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) {
    guard let (population, heads, clock) = start else { return }
    let plateaus = population.plateauLosses
    let middles = zip(plateaus, plateaus.dropFirst()).map { ($0 + $1) / 2 }
    let trace = FlowTrace(
      population, heads, levels: metric.levels.isEmpty ? middles : metric.levels,
      horizon: metric.horizon)
    report.vector("crossing-times", trace.crossings, axis: "crossing", firstIndex: 1)
    report.scalar("conserved-drift", trace.drift)
    report.scalar("final-loss", trace.loss)
    report.scalar("theory.steps-per-tau", clock.stepsPerTau)
    if heads.isMerged {
      let half = [(plateaus[0] + plateaus[plateaus.count - 1]) / 2]
      let size = MergedReduction.effectiveStart(
        population, values: heads.values, maps: heads.maps)
      let reduction = MergedReduction(population, start: size)
      let measured = FlowTrace(population, heads, levels: half, horizon: metric.horizon)
      report.scalar("half-time", measured.crossings[0])
      report.scalar(
        "theory.half-time", reduction.time(toLoss: half[0], horizon: metric.horizon))
    } else if heads.rank == 1 {
      report.vector("head-deviations", trace.headDeviations, axis: "component", firstIndex: 1)
      let drops = SeparatePlateaus(population, heads, horizon: metric.horizon).drops
      func times(_ time: (SeparatePlateaus.Drop) -> Double) -> [Double] {
        let known = drops.prefix(population.dimension).map(time)
        return known
          + [Double](repeating: .infinity, count: population.dimension - known.count)
      }
      report.vector("theory.crossing-times", times(\.middle), axis: "crossing", firstIndex: 1)
      report.vector("theory.threshold-times", times(\.time), axis: "crossing", firstIndex: 1)
    }
  }
}
