import ICLPlugins

/// Everything that is decided about a run before its first step: what changes, what is evaluated,
/// and when.
struct RunPlan {
  let experiment: Experiment
  /// As the components are at the first step.
  let run: ResolvedRun
  private let catalog: PluginCatalog

  init(_ experiment: Experiment, _ run: ResolvedRun, in catalog: PluginCatalog) {
    self.experiment = experiment
    self.run = run
    self.catalog = catalog
  }

  var options: RunOptions { run.options }
}
