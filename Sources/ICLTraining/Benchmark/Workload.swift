/// A run whose speed is measured: ordinary components, and what its numbers are per.
public struct Workload: Hashable, Sendable {
  /// "W3-full-h1"
  public var name: String
  public var summary: String
  public var model: String
  public var task: String
  /// nil where a step is the prediction of a batch and its loss.
  public var optimizer: String?
  /// As typed after --set.
  public var settings: [String]
  /// Prompts in a step of a chain.
  public var batch: Int
  /// Every step has the same prompts, instead of fresh ones.
  public var isFixed: Bool
  /// In the fixed set whose batches the steps walk through; nil if it is one batch.
  public var fixedPrompts: Int?
  /// Runs that take their steps in turn; their optimizers' noise and their batches differ.
  public var chains = 1
  /// Of one prompt.
  public var tokens: Int
  /// Of one step by the plain formula, a multiply-add counted as 2, without the prompts' making:
  /// what is really executed may be less.
  public var flops: Double
  /// Why it cannot run; nil if it can, given its plugins.
  public var obstacle: String?

  public init(
    name: String, summary: String, model: String, task: String, optimizer: String?,
    settings: [String], batch: Int, isFixed: Bool, tokens: Int, flops: Double,
    obstacle: String? = nil
  ) {
    self.name = name
    self.summary = summary
    self.model = model
    self.task = task
    self.optimizer = optimizer
    self.settings = settings
    self.batch = batch
    self.isFixed = isFixed
    self.tokens = tokens
    self.flops = flops
    self.obstacle = obstacle
  }

  /// What `icl-host run` would be told.
  public var arguments: [String] {
    ["--model", model, "--task", task] + (optimizer.map { ["--optimizer", $0] } ?? [])
      + ["--set"] + settings + ["run.batch=\(batch)"]
      + (prompts > 0 ? ["run.prompts=\(prompts)"] : [])
  }

  /// The number of fixed prompts; 0 where they are fresh.
  public var prompts: Int { fixedPrompts ?? (isFixed ? batch : 0) }

  func configuration(
    threads: Int, backend: String?, chain: Int = 0
  ) throws(Failure) -> RunConfiguration {
    var settings = try Settings(settings)
    settings.set(.run, "batch", "\(batch)")
    settings.set(.run, "prompts", "\(prompts)")
    if chain > 0 { settings.set(.optimizer, "seed", "\(chain)") }
    settings.set(.run, "threads", "\(threads)")
    if let backend { settings.set(.run, "backend", backend) }
    return RunConfiguration(
      model: model, task: task, metrics: [], optimizer: optimizer, settings: settings)
  }

  /// The workload of a name, or all whose names start so; "all" for all.
  public static func named(_ name: String) throws(Failure) -> [Workload] {
    if name == "all" { return all }
    let found = all.filter { $0.name == name }
    let matching = found.isEmpty ? all.filter { $0.name.hasPrefix(name) } : found
    guard matching.isEmpty else { return matching }
    throw Failure(
      .usage, key: "bench", "there is no workload '\(name)'.",
      hint: "See icl-host bench --list.")
  }
}
