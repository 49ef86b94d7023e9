import ContextDescent
import ICLKit

/// Steps of gradient descent from zero on the pairs of the context, read at the query.
struct ContextDescentModel: Model {
  static let id = "context-descent"
  static let summary = "steps of gradient descent on the context, with given or best step sizes"

  @Option("passes over the context", 1...1024) var steps = 1
  @Option(
    "sizes as given, or the best for the task's law of inputs: the same for all steps, or free")
  var stepChoice = StepSizes.bestConstant
  @Option("step-choice=given: the sizes η, one or one for each step", -1e9...1e9)
  var stepSizes: [Double] = []
  @Option("m, the pairs of a mini-batch, in their order; 0: all; 1: the delta rule", 0...1_048_576)
  var miniBatch = 0
  @Option("λ: pair i of N has the weight λ^(N - i)", 0...2) var discount = 1.0
  @Option("ridge penalty of the loss", 0...1e9) var penalty = 0.0
  @Option("what is descended; cross-entropy reads one-hot labels and gives logits")
  var loss = DescentRule.Loss.squared
  @Option("step size of a constant feature; 0: there is none", 0...1e9) var constantStep = 0.0

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    var rule = DescentRule(steps: try sizes(task))
    rule.miniBatch = miniBatch
    rule.discount = discount
    rule.penalty = penalty
    rule.loss = loss
    rule.labelShift = task.properties["label-shift"] ?? 0
    if constantStep > 0 { rule.constantShare = constantStep / rule.steps[0] }
    return try rule.predict(graph, task).named("prediction")
  }

  private func sizes(_ task: Signature) throws -> [Double] {
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
}
