import ICLKit
import SoftmaxBoolean

/// Whether the hidden bits of the task `boolean` were found, and what that is worth on its prompts.
///
/// Reads the model's named value `indicator` v̂ [d], and the scores W of `softmax-mixer` where there
/// are some. Decoders: D1 {v̂ > 1/2}, D2 the r largest scores of each column, D3 the k largest of v̂, D4
/// the outputs against 1 - 1/(2r) (AND) or 1/(2r) (OR).
struct SupportRecovery: DeclaringMetric {
  static let id = "support-recovery"
  static let summary = "hidden bits found by four decoders, and balanced accuracy with each"
  static let needs: MetricNeeds = [.predictions, .latents, .inputs, .parameters]

  @Option("report v̂ of each bit, too: of the last prompt's hidden bits") var bits = false

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    if let levels = task.properties["levels"], levels != 1 {
      throw KitError(
        "support-recovery is for groups of hidden bits; for a tree of nodes there is "
          + "chain-accuracy", path: "tree", code: .unsupported)
    }
    return [("indicator", graph.input("indicator"))]
  }

  func begin(_ task: Signature) -> any Accumulator { Recovered(task, bits: bits) }
}

private final class Recovered: Accumulator {
  private let task: Signature
  private let bits: Bool
  private var setting: BooleanSetting?
  private var scores: [Double]?
  private var link: String?
  private var rate: Double?
  private var samples: Double?
  private var labelsAreHints = true
  /// Of the last prompt, which is that of all where hidden bits are the run's.
  private var hidden: [Int] = []
  private var indicator: [Double] = []
  private var score: SupportScore?
  private var columns: Columns?
  /// Bits by decoder.
  private var sets: [(name: String, bits: [Int])] = []
  private var means: [(name: String, values: [Double])] = []
  private var accuracies: [(name: String, count: BalancedCount)] = []

  init(_ task: Signature, bits: Bool) { (self.task, self.bits) = (task, bits) }

  func observe(_ snapshot: Snapshot) throws {
    setting = try BooleanSetting(task, snapshot)
    scores = snapshot.parameter("W")?.values
    link = snapshot.setting("model", "link")?.text
    rate = snapshot.setting("optimizer", "learning-rate")?.value
    samples = snapshot.setting("run", "batch")?.value
    labelsAreHints = snapshot.setting("task", "labels")?.text == "hints"
  }

  func accumulate(_ chunk: Chunk) throws {
    guard let setting, let places = chunk.latent("hidden"), let x = chunk.input("x"),
      let clean = chunk.latent("clean"), let indicators = chunk.declared("indicator")
    else {
      throw KitError("the host passed no hidden bits", path: "hidden", code: .failed)
    }
    let (d, k, t) = (setting.dimension, setting.support, task.outputDimension)
    let rows = (task.contextLength + 1) * d
    for prompt in 0..<chunk.count {
      let own = places[prompt * k..<(prompt + 1) * k].map { Int($0) }
      let values = indicators[prompt * d..<(prompt + 1) * d]
      if own != hidden || !values.elementsEqual(indicator) {
        decode(own, Array(values), setting)
      }
      guard setting.hasDecoders, setting.isZeroOne else { continue }
      let truth = clean[prompt * t..<(prompt + 1) * t]
      let label = setting.isAnd ? truth.allSatisfy { $0 == 1 } : truth.contains { $0 == 1 }
      let row = UnsafeBufferPointer(rebasing: x[(prompt + 1) * rows - d..<(prompt + 1) * rows])
      for (name, bits) in sets { add(name, setting.label(of: row, bits: bits), label) }
      let outputs = chunk.predictions[prompt * t..<(prompt + 1) * t]
      answer(outputs, label, setting)
    }
  }

  /// Takes over a prompt's hidden bits and what the model says of them.
  private func decode(_ own: [Int], _ values: [Double], _ setting: BooleanSetting) {
    (hidden, indicator) = (own, values)
    let score = SupportScore(values, hidden: own)
    self.score = score
    sets = [("threshold", score.threshold.sorted()), ("top", score.top.sorted())]
    note("error", score.error)
    note("mean-error", score.meanError)
    note("least-error", score.leastError)
    note("overlap", score.overlap)
    note("least-hidden", score.leastHidden)
    note("largest-other", score.largestOther)
    note("exact-threshold", score.threshold == Set(own) ? 1 : 0)
    note("exact-top", score.top == Set(own) ? 1 : 0)
    guard let scores, scores.count == setting.dimension * task.outputDimension else { return }
    let columns = Columns(
      scores, tokens: setting.dimension, labels: task.outputDimension,
      children: stride(from: 0, to: own.count, by: setting.group).map {
        Array(own[$0..<$0 + setting.group])
      })
    self.columns = columns
    let union = (0..<columns.labels).reduce(into: Set<Int>()) { $0.formUnion(columns.found($1)) }
    sets.append(("columns", union.sorted()))
    note("exact-columns", union == Set(own) ? 1 : 0)
    note("irrelevant-mass", columns.irrelevantMass)
  }

  /// Decoder D4 for attention, the answer itself for a predictor.
  private func answer(
    _ outputs: Slice<UnsafeBufferPointer<Double>>, _ label: Bool, _ setting: BooleanSetting
  ) {
    guard scores != nil else {
      if task.outputDimension == 1 { add("prediction", outputs.first! > 0.5, label) }
      return
    }
    guard link == "identity" else { return }
    let margin = 0.5 / Double(setting.group)
    add(
      "attention",
      setting.isAnd
        ? outputs.allSatisfy { $0 > 1 - margin } : outputs.contains { $0 > margin }, label)
  }

  private func note(_ name: String, _ value: Double) {
    guard let place = means.firstIndex(where: { $0.name == name }) else {
      means.append((name, [value]))
      return
    }
    means[place].values.append(value)
  }

  private func add(_ name: String, _ answer: Bool, _ truth: Bool) {
    guard let place = accuracies.firstIndex(where: { $0.name == name }) else {
      accuracies.append((name, BalancedCount()))
      accuracies[accuracies.count - 1].count.add(answer, truth)
      return
    }
    accuracies[place].count.add(answer, truth)
  }

  func finish(_ report: Report) {
    for (name, values) in means { report.mean(name, values) }
    for (name, count) in accuracies {
      report.scalar("accuracy-\(name)", count.accuracy, standardError: count.standardError)
    }
    if bits { report.vector("indicator", indicator, axis: "bit", firstIndex: 1) }
    guard let setting else { return }
    if let moments = columns?.moments {
      report.scalar("child-weight", moments.child)
      report.scalar("other-weight", moments.other)
      report.scalar("child-weight-square", moments.childSquare)
      report.scalar("other-weight-square", moments.otherSquare)
      report.scalar("pair-difference-square", moments.pairSquare)
      report.scalar("least-child-weight", moments.leastChild)
      report.scalar("largest-other-weight", moments.largestOther)
    }
    reportTheory(report, setting)
  }

  private func reportTheory(_ report: Report, _ setting: BooleanSetting) {
    report.scalar(
      "theory.mean-error",
      Expectations.bound(support: setting.support, dimension: setting.dimension))
    if task.contextLength > 0, setting.hasDecoders {
      report.scalar(
        "theory.exact-top",
        Expectations.elimination(
          support: setting.support, dimension: setting.dimension, samples: task.contextLength))
    }
    if let rate, let samples, columns != nil, labelsAreHints, setting.group == 2,
      setting.hasDecoders
    {
      report.scalar(
        "theory.error",
        Expectations.oneStepError(
          dimension: setting.dimension, pairs: task.outputDimension, samples: Int(samples),
          learningRate: rate))
    }
  }
}

extension Report {
  /// A mean over prompts; without error where it is that of all.
  fileprivate func mean(_ name: String, _ values: [Double]) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    scalar(
      name, mean, standardError: n > 1 ? (squares / (n - 1) / n).squareRoot() : nil)
  }
}
