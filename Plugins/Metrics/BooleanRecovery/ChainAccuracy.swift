import ICLKit
import SoftmaxBoolean

/// How well a tree of nodes is computed: node by node, its root, and whether W found the children.
///
/// chain-loss: 1/(2 n t) Σ_m ‖x̂_m - x_m‖² over the t nodes; root-loss: 1/(2n) ‖ŷ - y‖². Kim and Suzuki
/// 2024 (arXiv 2410.08633).
struct ChainAccuracy: Metric {
  static let id = "chain-accuracy"
  static let summary = "losses and accuracies of a tree's nodes, and the levels that are open"
  static let needs: MetricNeeds = [.predictions, .latents, .parameters]

  @Option("a node is sure of its children with a softmax score above this", 0...1)
  var threshold = 0.4

  func begin(_ task: Signature) -> any Accumulator { ChainCount(task, threshold: threshold) }
}

private final class ChainCount: Accumulator {
  private let task: Signature
  private let threshold: Double
  private var setting: BooleanSetting?
  private var scores: [Double]?
  private var byLevel = false
  private var hidden: [Int] = []
  private var prompts = 0
  private var squares: [Double]
  private var right: [Double]
  private var largestRootError = 0.0

  init(_ task: Signature, threshold: Double) {
    self.task = task
    self.threshold = threshold
    squares = [Double](repeating: 0, count: task.outputDimension)
    right = squares
  }

  func observe(_ snapshot: Snapshot) throws {
    let setting = try BooleanSetting(task, snapshot)
    guard !setting.isZeroOne else {
      throw KitError(
        "signs of nodes are right or wrong where bits are 1 and -1: give "
          + "task.encoding=plus-minus", path: "encoding", code: .unsupported)
    }
    self.setting = setting
    scores = snapshot.parameter("W")?.values
    byLevel = snapshot.setting("model", "mask")?.text == "level"
  }

  func accumulate(_ chunk: Chunk) throws {
    guard let setting, let places = chunk.latent("hidden"), let clean = chunk.latent("clean")
    else { throw KitError("the host passed no hidden bits", path: "hidden", code: .failed) }
    let t = task.outputDimension
    if hidden.isEmpty { hidden = places[..<setting.support].map { Int($0) } }
    prompts += chunk.count
    for prompt in 0..<chunk.count {
      for node in 0..<t {
        let (output, truth) = (chunk.predictions[prompt * t + node], clean[prompt * t + node])
        let error = output - truth
        squares[node] += error * error
        if output * truth > 0 { right[node] += 1 }
        if node == t - 1 { largestRootError = max(largestRootError, error.magnitude) }
      }
    }
  }

  func finish(_ report: Report) {
    guard let setting, prompts > 0 else { return }
    let (n, t) = (Double(prompts), task.outputDimension)
    let accuracy = right.map { $0 / n }
    let root = accuracy[t - 1]
    report.scalar("chain-loss", squares.reduce(0, +) / (2 * n * Double(t)))
    report.scalar("root-loss", squares[t - 1] / (2 * n))
    report.scalar("accuracy", root, standardError: (root * (1 - root) / n).squareRoot())
    report.scalar("largest-root-error", largestRootError)
    report.vector("node-accuracy", accuracy, axis: "node", firstIndex: setting.dimension + 1)
    let tree = NodeTree(
      hidden: hidden, group: setting.group, dimension: setting.dimension, levels: setting.levels)
    guard let scores, scores.count == (setting.dimension + t - 1) * t, tree.nodes == t else {
      return
    }
    let columns = Columns(
      scores, tokens: setting.dimension + t - 1, labels: t, children: tree.children,
      widths: tree.widths(byLevel: byLevel))
    report.scalar("exact-columns", columns.areExact ? 1 : 0)
    report.scalar("irrelevant-mass", columns.irrelevantMass)
    report.scalar("open-levels", Double(tree.openLevels(columns, threshold: threshold)))
  }
}
