import ICLPlugins

/// What can be made of finished runs.
public enum AnalysisKind: String, Hashable, Sendable, CaseIterable {
  /// Predictions of all checkpoints of all runs in common principal components.
  case trajectories
  /// Local learning coefficients of checkpoints, by Langevin chains.
  case llc
  /// Whether and when a run came near ridge regression and left it.
  case transient

  public var summary: String {
    switch self {
    case .trajectories: "predictions along training, in principal components that all runs share"
    case .llc: "local learning coefficients of checkpoints, by Langevin dynamics"
    case .transient: "whether a run came near ridge regression and left it again, and when"
    }
  }

  /// Its options, as a component would declare them.
  public var table: [OptionDeclaration] {
    switch self {
    case .trajectories: Self.trajectoryOptions
    case .llc: Self.coefficientOptions
    case .transient: Self.transientOptions
    }
  }

  private static let trajectoryOptions = [
    OptionDeclaration(
      name: "evaluation", type: .text, defaultText: "root",
      summary: "the evaluation of the runs whose prompts all of them predict"),
    OptionDeclaration(
      name: "prompts", type: .integer, defaultText: "512", summary: "of it", unit: "prompts",
      minimum: 1, maximum: 1e6),
    OptionDeclaration(
      name: "components", type: .integer, defaultText: "4", summary: "principal components",
      minimum: 1, maximum: 64),
    OptionDeclaration(
      name: "references", type: .text, defaultText: "ridge,dmmse",
      summary: "predictors that are projected beside; components point to the first"),
    OptionDeclaration(
      name: "weights", type: .choice, defaultText: "equal",
      summary:
        "of a checkpoint: all the same, or the share of the logarithm of steps that it is for",
      choices: ["equal", "log-step"]),
    OptionDeclaration(
      name: "control", type: .boolean, defaultText: "true",
      summary: "also the components of series with the same spectra and random phases"),
    OptionDeclaration(
      name: "seed", type: .integer, defaultText: "-1",
      summary: "of the prompts; -1: that of the runs, which must be one", minimum: -1,
      maximum: 9e15),
  ]

  private static let coefficientOptions = [
    OptionDeclaration(
      name: "steps", type: .reals, defaultText: "",
      summary: "of the checkpoints, the nearest that is there; empty: the last", minimum: 0,
      maximum: 1e12),
    OptionDeclaration(
      name: "chains", type: .integer, defaultText: "4", summary: "independent chains", minimum: 1,
      maximum: 1024),
    OptionDeclaration(
      name: "burn-in", type: .integer, defaultText: "400", summary: "steps that do not count",
      unit: "steps", minimum: 0, maximum: 8e6),
    OptionDeclaration(
      name: "draws", type: .integer, defaultText: "500", summary: "steps that count",
      unit: "steps", minimum: 4, maximum: 8e6),
    OptionDeclaration(
      name: "batch", type: .integer, defaultText: "0",
      summary: "prompts in a step; 0: as in the run", unit: "prompts", minimum: 0, maximum: 1e9),
    OptionDeclaration(
      name: "start-batches", type: .integer, defaultText: "64",
      summary: "batches that the loss at the start is a mean of", minimum: 1, maximum: 1e6),
    OptionDeclaration(
      name: "learning-rate", type: .real, defaultText: "0.001", summary: "step size ε",
      minimum: 1e-15, maximum: 1e6),
    OptionDeclaration(
      name: "inverse-temperature", type: .real, defaultText: "60",
      summary: "nβ, by which the mean loss counts", minimum: 1e-12, maximum: 1e15),
    OptionDeclaration(
      name: "localization", type: .real, defaultText: "6",
      summary: "γ, the pull towards the checkpoint", minimum: 0, maximum: 1e12),
    OptionDeclaration(
      name: "seed", type: .integer, defaultText: "0",
      summary: "of the noise and of the prompts; chains differ in any case", minimum: 0,
      maximum: 31),
    OptionDeclaration(
      name: "drift", type: .real, defaultText: "0.1",
      summary: "share by which halves of a chain, or chains, may differ before it is refused",
      minimum: 0, maximum: 1e6),
    OptionDeclaration(
      name: "r-hat", type: .real, defaultText: "1.2",
      summary: "spread between chains against that within, above which they disagree", minimum: 1,
      maximum: 1e6),
    OptionDeclaration(
      name: "relaxations", type: .real, defaultText: "1",
      summary: "relaxation times 2/(εγ) that the burn-in must have", minimum: 0, maximum: 1e6),
  ]

  private static let transientOptions = [
    OptionDeclaration(
      name: "fresh", type: .text, defaultText: "fresh",
      summary: "the evaluation on tasks that were never trained"),
    OptionDeclaration(
      name: "trained", type: .text, defaultText: "test",
      summary: "the evaluation on the tasks that were trained"),
    OptionDeclaration(
      name: "metric", type: .text, defaultText: "bayes-distance",
      summary: "the name of the metric bayes-distance in them"),
    OptionDeclaration(
      name: "dip", type: .real, defaultText: "0.1", summary: "the least relative dip that counts",
      minimum: 0, maximum: 1),
    OptionDeclaration(
      name: "learned", type: .real, defaultText: "0.2",
      summary: "share of the way to ridge's loss that must be gone", minimum: 0, maximum: 1),
  ]
}
