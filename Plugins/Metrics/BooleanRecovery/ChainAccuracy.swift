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
  private var right: [Double]
  /// A prompt's losses, summed, and their squares.
  private var (chain, chainSquares, root, rootSquares) = (0.0, 0.0, 0.0, 0.0)
  private var largestRootError = 0.0

  init(_ task: Signature, threshold: Double) {
    self.task = task
    self.threshold = threshold
    right = [Double](repeating: 0, count: task.outputDimension)
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
      var (sum, square) = (0.0, 0.0)
      for node in 0..<t {
        let (output, truth) = (chunk.predictions[prompt * t + node], clean[prompt * t + node])
        square = (output - truth) * (output - truth)
        sum += square
        if output * truth > 0 { right[node] += 1 }
      }
      // The root is the last node.
      largestRootError = max(largestRootError, square.squareRoot())
      let (ofChain, ofRoot) = (sum / Double(2 * t), square / 2)
      chain += ofChain
      chainSquares += ofChain * ofChain
      root += ofRoot
      rootSquares += ofRoot * ofRoot
    }
  }

  func finish(_ report: Report) {
    guard let setting, prompts > 0 else { return }
    let (n, t) = (Double(prompts), task.outputDimension)
    let accuracy = right.map { $0 / n }
    let ofRoot = accuracy[t - 1]
    mean("chain-loss", chain, chainSquares, report)
    mean("root-loss", root, rootSquares, report)
    report.scalar("accuracy", ofRoot, standardError: (ofRoot * (1 - ofRoot) / n).squareRoot())
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

  /// A mean over prompts with its standard error, from sums of values and of their squares.
  private func mean(_ name: String, _ sum: Double, _ squares: Double, _ report: Report) {
    let n = Double(prompts)
    let variance = max(0, squares - sum * sum / n) / max(1, n - 1)
    report.scalar(name, sum / n, standardError: prompts > 1 ? (variance / n).squareRoot() : nil)
  }
}
