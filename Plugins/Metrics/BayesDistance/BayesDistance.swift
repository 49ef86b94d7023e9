import ICLKit

/// How far predictions are from those of ridge regression, which generalises, and of the posterior
/// mean over the M tasks of the run (dMMSE), which memorises.
///
///     Δ(f, g) = mean over prompts and positions of |f - g|²
/// Carroll et al. 2025 (arXiv 2501.17745), section 3; undivided by D.
struct BayesDistance: DeclaringMetric {
  static let id = "bayes-distance"
  static let summary = "squared distance to ridge regression and to the posterior over the M tasks"
  static let needs: MetricNeeds = [.predictions]

  @Option("the least variance and penalty, which keep prompts without noise finite", 1e-12...1)
  var jitter = 1e-5

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    guard let noise = task.properties["noise-variance"],
      let prior = task.properties["prior-variance"]
    else {
      throw KitError(
        "ridge and dMMSE need a task with the properties noise-variance and prior-variance",
        path: "task", code: .unsupported)
    }
    let ridge = graph.ridgeRegression(for: task, penalty: max(noise / prior, jitter))
    guard let tasks = try graph.taskSet(of: task) else { return [("ridge", ridge)] }
    let posterior = graph.taskPosterior(
      for: task, tasks: tasks, noiseVariance: graph.constant(max(noise, jitter)))
    return [("ridge", ridge), ("dmmse", posterior)]
  }

  func begin(_ task: Signature) -> any Accumulator { Distances(task) }
}

private final class Distances: Accumulator {
  private let task: Signature
  private var values: [(name: String, moments: PromptMoments)] = []

  init(_ task: Signature) { self.task = task }

  func accumulate(_ chunk: Chunk) throws {
    guard let ridge = chunk.declared("ridge") else {
      throw KitError("the host did not compute ridge regression", code: .unsupported)
    }
    let outputs = task.outputDimension
    func squares(
      _ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>
    ) -> [Double] {
      (0..<a.count / outputs).map { position in
        (position * outputs..<(position + 1) * outputs).reduce(0) { sum, index in
          sum + (a[index] - b[index]) * (a[index] - b[index])
        }
      }
    }
    let losses = squares(chunk.predictions, chunk.targets)
    func compare(_ name: String, _ reference: UnsafeBufferPointer<Double>) {
      let distances = squares(chunk.predictions, reference)
      let best = squares(reference, chunk.targets)
      add("to-\(name)", distances)
      add("\(name)-loss", best)
      add("\(name)-residual", losses.indices.map { losses[$0] - best[$0] - distances[$0] })
    }
    compare("ridge", ridge)
    guard let posterior = chunk.declared("dmmse") else { return }
    compare("dmmse", posterior)
    add("ridge-to-dmmse", squares(ridge, posterior))
  }

  private func add(_ name: String, _ perPosition: [Double]) {
    let place =
      values.firstIndex { $0.name == name }
      ?? {
        values.append((name, PromptMoments(positions: task.positions)))
        return values.count - 1
      }()
    values[place].moments.add(perPosition)
  }

  func finish(_ report: Report) {
    let first = task.contextLength + 1 - task.positions
    for (name, moments) in values {
      report.scalar(name, moments.mean, standardError: moments.error)
      report.vector(
        "\(name)-by-context-length", moments.means, standardErrors: moments.errors,
        axis: "context length", firstIndex: first)
    }
  }
}
