import ICLKit
import LinearAttentionDynamics

/// Learning the run's fixed task in weights: where it ends and when it starts, for white inputs.
///
/// T = E[y G_ij x_d] drives the escape: as an expectation, and as the mean over the prompts of the
/// evaluation, which are what is trained on in one with prompts-of: training.
struct InWeightMetric: DeclaringMetric {
  static let id = "in-weight-theory"
  static let summary = "singular value, escape step and end states of learning in weights"
  static let needs: MetricNeeds = [.parameters, .start, .latents]

  @Option("the fall of the loss that counts as the escape", 1e-12...1) var drop = 0.01

  func begin(_ task: Signature) -> any Accumulator { InWeightTheory(task, drop: drop) }

  /// y G_ij x_d of a prompt, [D + 1, D + 1, D], G the Gram matrix of its D + 1 rows.
  func declare(_ graph: Graph, _ task: Signature) -> [(name: String, value: Tensor)] {
    guard task.scoring == .query, task.outputDimension == 1 else { return [] }
    let x = graph.input("x")
    let labels = graph.input("y").padded(axis: 0, after: 1)
    let rows = concatenate([x, labels], axis: 1)
    let gram = einsum("ni,nj->ij", rows, rows)
    let scaled = graph.input("target") * x[task.contextLength..<task.contextLength + 1]
    return [("drive", einsum("ij,nd->ijd", gram, scaled))]
  }
}

private final class InWeightTheory: Accumulator {
  private let task: Signature
  private let drop: Double
  private var values: [(name: String, value: Double)] = []
  private var state: (theory: InWeight, rate: Double, values: [Double], keyQueries: [Double])?
  private var fixedTask: [Double]?
  /// The sum of T over prompts, and how many there are.
  private var drive: [Double] = []
  private var prompts = 0

  init(_ task: Signature, drop: Double) {
    self.task = task
    self.drop = drop
  }

  func observe(_ snapshot: Snapshot) throws {
    guard snapshot.step == 0 else { return }
    let setting = try Setting(snapshot, task)
    let (d, n) = (setting.dimension, setting.contextLength)
    let variance = setting.eigenvalues[0]
    guard setting.eigenvalues.allSatisfy({ abs($0 - variance) <= 1e-12 * variance }),
      setting.isPlain, setting.isScoredAtQuery, setting.isLinear
    else {
      throw KitError(
        "the theory of learning in weights is for white inputs without noise, scored at the query",
        path: "spectrum", code: .unsupported)
    }
    let theory = InWeight(
      dimension: d, contextLength: n, variance: variance,
      inContextFraction: setting.inContextFraction, isInformative: setting.isInformative)
    // Sums without the division by N are those of the theory; with it, weights are N^(1/2) larger.
    let factor = setting.scale == "none" ? 1 : 1 / Double(n).squareRoot()
    values.append(("theory.singular-value", theory.singularValue))
    if abs(variance * Double(d) - 1) < 1e-9 {
      let ends = InWeightEndStates(dimension: d, contextLength: n)
      values += [
        ("theory.in-weight-loss-after-fixed-task", ends.inWeightLossAfterFixedTask),
        ("theory.in-context-loss-after-fixed-task", ends.inContextLossAfterFixedTask),
        ("theory.in-context-loss-after-own-tasks", ends.inContextLossAfterOwnTasks),
        ("theory.in-weight-loss-after-own-tasks", ends.inWeightLossAfterOwnTasks),
      ]
    }
    guard let value = snapshot.start("heads.value"), let map = snapshot.start("heads.key-query"),
      let rate = snapshot.setting("optimizer", "learning-rate")?.value,
      value.shape.last == d + 1, map.values.count == value.values.count * d
    else { return }
    state = (
      theory, rate * factor * factor, value.values.map { $0 * factor },
      map.values.map { $0 * factor }
    )
  }

  func accumulate(_ chunk: Chunk) {
    guard state != nil else { return }
    addDrive(chunk)
    guard fixedTask == nil, let tasks = chunk.latent("w"),
      let flags = chunk.latent("is-fixed-task"),
      let prompt = (0..<chunk.count).first(where: { flags[$0] != 0 })
    else { return }
    let d = task.inputDimension
    fixedTask = Array(tasks[prompt * d..<prompt * d + d])
  }

  private func addDrive(_ chunk: Chunk) {
    guard let values = chunk.declared("drive"), chunk.count > 0 else { return }
    let size = values.count / chunk.count
    if drive.isEmpty { drive = [Double](repeating: 0, count: size) }
    for prompt in 0..<chunk.count {
      for index in 0..<size { drive[index] += values[prompt * size + index] }
    }
    prompts += chunk.count
  }

  func finish(_ report: Report) {
    for (name, value) in values { report.scalar(name, value) }
    guard let state else { return }
    func escape(_ leading: InWeight.Leading) -> Double {
      InWeight.escapeStep(
        leading, drop: drop, values: state.values, keyQueries: state.keyQueries,
        learningRate: state.rate)
    }
    if prompts > 0 {
      let mean = InWeight.leading(
        drive.map { $0 / Double(prompts) }, rows: task.inputDimension + 1)
      report.scalar("theory.sample-singular-value", mean.value)
      report.scalar("theory.sample-escape-step", escape(mean))
    }
    // Without prompts of the fixed task its direction does not matter.
    let w = fixedTask ?? (0..<task.inputDimension).map { $0 == 0 ? 1 : 0 }
    guard fixedTask != nil || state.theory.inContextFraction == 1 else { return }
    report.scalar("theory.escape-step", escape(state.theory.leading(fixedTask: w)))
  }
}
