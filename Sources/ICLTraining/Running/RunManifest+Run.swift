import ICLPlugins
import ICLRecords

extension RunManifest {
  /// - Parameters:
  ///   - identity: of the experiment, and of the parameters that it starts from.
  ///   - initial: the digest of those; nil where the model draws them.
  init(
    _ run: ResolvedRun, identity: String, initial: InitialParameters?, commandLine: [String]
  ) throws(Failure) {
    self.init()
    name = run.experiment.name ?? ""
    hostVersion = Version.text
    abi = PluginLibrary.spokenVersion
    model = run.model.component.id
    task = run.task.component.id
    optimizer = run.optimizer?.component.id ?? ""
    metrics = run.evaluations[0].metrics.map(\.name)
    plugins = try Self.plugins(of: run)
    options = run.values.map {
      Option(
        owner: "\($0.owner)", name: $0.name, value: $0.value.json,
        origin: $0.origin.description)
    }
    if let initial {
      options.append(
        Option(
          owner: "run", name: "parameters", value: .text(initial.digest), origin: initial.path))
    }
    experiment = identity
    processor = Machine.processorName
    system = Machine.systemName
    backend = run.backend.rawValue
    threads = run.options.threads
    precision = run.options.precision.rawValue
    seeds = ["run": Int(run.options.seed)]
    self.commandLine = commandLine
  }

  private static func plugins(of run: ResolvedRun) throws(Failure) -> [Plugin] {
    var plugins: [(library: PluginLibrary, components: [String])] = []
    for component in run.components {
      if let index = plugins.firstIndex(where: { $0.library === component.library }) {
        if !plugins[index].components.contains(component.id) {
          plugins[index].components.append(component.id)
        }
      } else {
        plugins.append((component.library, [component.id]))
      }
    }
    return try plugins.map { (plugin) throws(Failure) in
      Plugin(
        name: plugin.library.name, path: plugin.library.path, version: plugin.library.version,
        components: plugin.components,
        sha256: try plugin.library.digest())
    }
  }

  /// What is otherwise in another run's manifest, in words. Threads and kernels do not count.
  func differences(from other: RunManifest) -> [String] {
    var result: [String] = []
    let components = [
      ("model", model, other.model), ("task", task, other.task),
      ("optimizer", optimizer, other.optimizer),
    ]
    for (kind, here, there) in components where here != there {
      result.append("\(kind) is \(there.isEmpty ? "none" : there), not \(here)")
    }
    func value(_ option: Option, in manifest: RunManifest) -> JSON? {
      manifest.options.first { $0.owner == option.owner && $0.name == option.name }?.value
    }
    func counts(_ option: Option) -> Bool {
      option.owner != "run" || !["threads", "backend"].contains(option.name)
    }
    for option in options where counts(option) {
      let there = value(option, in: other)
      guard there != option.value else { continue }
      result.append(
        "\(option.owner).\(option.name) is \(there?.compact ?? "not set"), "
          + "not \(option.value.compact)")
    }
    for option in other.options where value(option, in: self) == nil {
      result.append("\(option.owner).\(option.name) is \(option.value.compact), and not set here")
    }
    for plugin in plugins {
      let there = other.plugins.first { $0.name == plugin.name }
      if let there, there.sha256 != plugin.sha256 {
        result.append("plugin \(plugin.name) was another build")
      }
    }
    return result
  }
}

extension ResolvedRun {
  fileprivate var components: [Component] {
    [model.component, task.component] + (optimizer.map { [$0.component] } ?? [])
      + evaluations.flatMap { [$0.task.component] + $0.metrics.map(\.instance.component) }
  }
}
