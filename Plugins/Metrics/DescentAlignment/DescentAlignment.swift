import ContextDescent
import ICLKit

/// How close a model is to gradient descent on the context, on the same prompts.
///
/// With g = ∂ŷ/∂x_q of the model and of descent: the mean cosine of their rows, the distance of the
/// rows, and of the predictions (von Oswald et al. 2023, figure 2; for vector labels as in the program
/// of Sushma et al. 2024). Beside it the loss of descent, and the best single step on these prompts.
struct DescentAlignment: DeclaringMetric {
  static let id = "descent-alignment"
  static let summary = "cosine and distances between a model and gradient descent on the context"
  static let needs: MetricNeeds = [.predictions]

  @Option("passes of descent over the context", 1...1024) var steps = 1
  @Option(
    "sizes as given, or the best for the task's law of inputs: the same for all steps, or free")
  var stepChoice = StepSizes.bestConstant
  @Option("step-choice=given: the sizes η, one or one for each step", -1e9...1e9)
  var stepSizes: [Double] = []
  @Option(
    "η/N instead of step sizes, for one step on contexts of other lengths; 0: not", 0...1e9)
  var scale = 0.0
  @Option("m, the pairs of a mini-batch; 0: all", 0...1_048_576) var miniBatch = 0
  @Option("λ: pair i of N has the weight λ^(N - i)", 0...2) var discount = 1.0
  @Option("ridge penalty of the loss", 0...1e9) var penalty = 0.0
  @Option("what is descended") var loss = DescentRule.Loss.squared
  @Option("compare derivatives by the query too") var sensitivity = true

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    guard task.scoring == .query else {
      throw KitError(
        "descent on the context predicts for the query alone: set task.scoring=query",
        path: "scoring", code: .unsupported)
    }
    let (n, o) = (task.contextLength, task.outputDimension)
    var rule = DescentRule(steps: try sizes(task))
    rule.miniBatch = miniBatch
    rule.discount = discount
    rule.penalty = penalty
    rule.loss = loss
    rule.labelShift = task.properties["label-shift"] ?? 0
    let (x, y) = (graph.input("x"), graph.input("y"))
    let query = x[n..<n + 1]
    let weights = try rule.weights(x[0..<n], y)
    let reference = einsum("pd,do->po", query, weights)
    // One step of size N from zero, and its like for a constant feature.
    let direction = einsum("pd,do->po", query, einsum("nd,no->do", x[0..<n], y))
    let constant = y.sum(axis: 0, keepAxis: true)
    var values = [
      ("reference", reference), ("direction", direction), ("constant-direction", constant),
    ]
    if sensitivity {
      let predictions = graph.input("predictions")
      let rows = (0..<o).map { output in
        graph.gradient(of: predictions.slice(output..<output + 1, axis: 1), for: x)[n..<n + 1]
      }
      let model = rows.count == 1 ? rows[0] : concatenate(rows, axis: 0)
      let descent = weights.transposed([1, 0])
      func norms(_ rows: Tensor) -> Tensor {
        rows.squared().sum(axis: 1).squareRoot() + 1e-8
      }
      let cosines = (model * descent).sum(axis: 1) / (norms(model) * norms(descent))
      // Over inputs for one output, else over outputs and then the mean over inputs.
      let distance = (model - descent).squared().sum(axis: o == 1 ? 1 : 0).squareRoot()
      values.append(("cosine", cosines.mean(axis: 0, keepAxis: true)))
      values.append(("difference", distance.mean(axis: 0, keepAxis: true)))
    }
    return values.map { (name: $0.0, value: $0.1) }
  }

  private func sizes(_ task: Signature) throws -> [Double] {
    if scale > 0 { return [scale * Double(task.contextLength)] }
    guard stepChoice == .given else {
      return try task.bestSteps(steps, kind: stepChoice, miniBatch: miniBatch)
    }
    if stepSizes.count == steps { return stepSizes }
    guard stepSizes.count == 1 else {
      throw KitError(
        "\(stepSizes.count) step sizes for \(steps) steps: give one, or one for each",
        path: "step-sizes")
    }
    return [Double](repeating: stepSizes[0], count: steps)
  }

  func begin(_ task: Signature) -> any Accumulator { Alignment(task, loss) }
}

private final class Alignment: Accumulator {
  private let task: Signature
  private let loss: DescentRule.Loss
  private var cosine = Mean()
  private var difference = Mean()
  private var predictionDifference = Mean()
  private var referenceLoss = Mean()
  private var excess = Mean()
  private var largest = 0.0
  private var means: [Mean]
  private var fit = StepFit()

  init(_ task: Signature, _ loss: DescentRule.Loss) {
    self.task = task
    self.loss = loss
    means = [Mean](repeating: Mean(), count: task.outputDimension)
  }

  func accumulate(_ chunk: Chunk) throws {
    let o = task.outputDimension
    guard let reference = chunk.declared("reference"), let direction = chunk.declared("direction"),
      let constant = chunk.declared("constant-direction")
    else { throw KitError("the host did not compute what was declared", code: .failed) }
    for prompt in 0..<chunk.count {
      var (distance, error, own) = (0.0, 0.0, 0.0)
      for index in prompt * o..<prompt * o + o {
        let (prediction, target) = (chunk.predictions[index], chunk.targets[index])
        let gap = prediction - reference[index]
        distance += gap * gap
        largest = max(largest, gap.magnitude)
        error += (reference[index] - target) * (reference[index] - target)
        own += (prediction - target) * (prediction - target)
        means[index - prompt * o].add(prediction)
        fit.add(direction[index], constant[index], target)
      }
      predictionDifference.add(distance.squareRoot())
      referenceLoss.add(0.5 * error / Double(o))
      excess.add(0.5 * (own - error) / Double(o))
    }
    chunk.declared("cosine")?.forEach { cosine.add($0) }
    chunk.declared("difference")?.forEach { difference.add($0) }
  }

  func finish(_ report: Report) {
    func scalar(_ name: String, _ mean: Mean) {
      guard mean.count > 0 else { return }
      report.scalar(name, mean.value, standardError: mean.count > 1 ? mean.error : nil)
    }
    scalar("cosine", cosine)
    scalar("difference", difference)
    scalar("prediction-difference", predictionDifference)
    report.scalar("largest-prediction-difference", largest)
    report.vector(
      "mean-prediction", means.map(\.value), axis: "output", firstIndex: 0)
    // Squared errors, which say nothing about logits.
    guard loss == .squared else { return }
    scalar("reference-loss", referenceLoss)
    scalar("loss-above-reference", excess)
    let n = Double(task.contextLength)
    if let one = fit.one {
      report.scalar("fitted-step", n * one.step)
      report.scalar("fitted-loss", one.loss)
    }
    if let two = fit.two {
      report.vector("fitted-affine-steps", two.steps.map { n * $0 }, axis: "step", firstIndex: 0)
      report.scalar("fitted-affine-loss", two.loss)
    }
  }
}
