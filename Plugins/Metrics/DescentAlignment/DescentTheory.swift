import ContextDescent
import GradientDescentLosses
import ICLKit

/// Expected losses of descent on the context by closed forms, for the task as it is set.
struct DescentTheory: Metric {
  static let id = "descent-theory"
  static let summary = "expected losses of gradient descent on the context, by closed forms"
  static let needs: MetricNeeds = []

  @Option("η/N of one step, where it is not the best of this task; 0: it is", 0...1e9)
  var scale = 0.0
  @Option("sizes m of mini-batches, which divide N", 1...1e6) var miniBatches: [Double] = []
  @Option("discounts λ", 0...1) var discounts: [Double] = []
  @Option("numbers k of corrupted labels", 0...1e6) var corruptions: [Double] = []
  @Option("scales α of the inputs of a step that is the best at 1", 0...1e6)
  var inputScales: [Double] = []
  @Option("context lengths for a step that is the best at N", 1...1e6) var lengths: [Double] = []
  @Option("how many steps, up to 3, best sizes are told for", 0...3) var steps = 0

  func begin(_ task: Signature) throws -> any Accumulator {
    guard let losses = task.descentLosses else {
      throw KitError(
        "the closed forms are for tasks that say the variance and kurtosis of independent inputs",
        path: "inputs", code: .unsupported)
    }
    return Theory(task, losses, self)
  }
}

private final class Theory: Accumulator {
  private let task: Signature
  private let losses: DescentLosses
  private let metric: DescentTheory

  init(_ task: Signature, _ losses: DescentLosses, _ metric: DescentTheory) {
    self.task = task
    self.losses = losses
    self.metric = metric
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) {
    report.scalar("theory.zero-loss", losses.zero)
    report.scalar("theory.step", losses.bestStep)
    report.scalar("theory.best-loss", losses.best)
    let scale = metric.scale > 0 ? metric.scale : losses.bestStep / Double(losses.pairs)
    report.scalar("theory.loss", losses.loss(scale: scale))
    func list(_ name: String, _ values: [Double], _ axis: String) {
      guard !values.isEmpty else { return }
      report.vector("theory.\(name)", values, axis: axis, firstIndex: 0)
    }
    let batches = metric.miniBatches.map { losses.miniBatch(Int($0)) }
    list("mini-batch-steps", batches.map(\.step), "size")
    list("mini-batch-losses", batches.map(\.loss), "size")
    let discounted = metric.discounts.map(losses.discounted)
    list("discounted-losses", discounted.map(\.loss), "discount")
    list("effective-pairs", discounted.map(\.effectivePairs), "discount")
    let step = scale * Double(losses.pairs)
    list("corrupted-losses", metric.corruptions.map { losses.corrupted(Int($0), step: step) }, "k")
    list(
      "best-corrupted-losses",
      metric.corruptions.map {
        losses.corrupted(Int($0), step: losses.bestCorruptedStep(Int($0)))
      }, "k")
    list(
      "input-scale-losses",
      metric.inputScales.map { factor in
        var other = losses
        other.variance *= factor * factor
        return other.loss(scale: scale)
      }, "scale")
    list(
      "length-losses",
      metric.lengths.map { length in
        var other = losses
        other.pairs = Int(length)
        return other.loss(scale: scale)
      }, "length")
    reportSteps(report, list)
  }

  private func reportSteps(_ report: Report, _ list: (String, [Double], String) -> Void) {
    guard metric.steps > 0, let moments = task.gramMoments(order: 2 * metric.steps) else { return }
    let d = Double(losses.dimension)
    list("gram-moments", moments.traces.map { $0 / d }, "order")
    let half = losses.zero / d
    let counts = Array(1...metric.steps)
    let constant = counts.map { BestSteps.constant($0, traces: moments.traces, scale: half) }
    let free = counts.map { BestSteps.free($0, traces: moments.traces, scale: half) }
    list("constant-losses", constant.map(\.loss), "steps")
    list("constant-steps", constant.map { $0.steps[0] }, "steps")
    list("free-losses", free.map(\.loss), "steps")
    list("free-steps", free[counts.count - 1].steps, "step")
  }
}
