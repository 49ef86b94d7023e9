import Foundation
import ICLPlugins
import ICLTraining
import Testing

/// The plugins built beside the tests, and small workloads made of them.
enum Benchmark {
  static let catalog = PluginCatalog(
    SearchPath(folders: [
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    ]))

  static let small = Workload(
    name: "small", summary: "", model: "linear-attention", task: "ridge",
    optimizer: "gradient-descent",
    settings: [
      "task.dimension=2", "task.context-length=3", "task.scoring=query", "model.heads=2",
      "model.zero-blocks=never", "optimizer.learning-rate=0.01",
    ], batch: 40, isFixed: true, tokens: 4, flops: 1e5)

  static func run(_ settings: [String]) throws -> ResolvedRun {
    try ResolvedRun(
      RunConfiguration(
        model: small.model, task: small.task, metrics: [], optimizer: small.optimizer,
        settings: try Settings(
          small.settings + ["run.threads=1", "run.evaluation-prompts=2"] + settings)),
      in: catalog)
  }

  /// The loss of each step.
  static func losses(_ settings: [String]) throws -> [Double] {
    var losses: [Double] = []
    _ = try run(settings).execute {
      if case .training(let progress) = $0 { losses.append(progress.loss) }
    }
    return losses
  }

  static func file(_ name: String) -> String {
    FileManager.default.temporaryDirectory
      .appending(path: "icl-benchmark-\(UUID().uuidString)-\(name)").path
  }
}
