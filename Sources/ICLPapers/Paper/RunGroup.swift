import ICLTraining

/// Runs that belong together: an experiment, each of its variations with each seed.
public struct RunGroup: Hashable, Sendable {
  /// What is run.
  public enum Work: Hashable, Sendable {
    /// An experiment's file, beside paper.yaml; without training, its model as it starts.
    case experiment(String, trains: Bool)
    /// Nothing is trained.
    case evaluation(EvaluationWork)
    /// Something is made of the runs of another group, after they are done.
    case analysis(AnalysisWork)
  }

  /// An analysis of a group's runs: its seeds and variations are those of the group.
  public struct AnalysisWork: Hashable, Sendable {
    public var kind: AnalysisKind
    public var group: String
    /// The variations that it takes; all where it is empty.
    public var only: [Setting]
  }

  /// A predictor, or a model as it starts, on fresh prompts.
  public struct EvaluationWork: Hashable, Sendable {
    public var model: String
    public var task: String
    public var metrics: [String]
  }

  /// What a short form changes.
  public struct Quick: Hashable, Sendable {
    /// nil: as in the full form.
    public var seeds: [Int]?
    public var settings: [Setting]
    public var variations: [[Setting]]?
  }

  /// "model.heads" and "8"
  public struct Setting: Hashable, Sendable {
    public var key: String
    public var value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }

    public var text: String { "\(key)=\(value)" }

    /// Not an option of a component or of the run, but a file of parameters that it starts from.
    static let parametersKey = "parameters"
  }

  public var name: String
  public var work: Work
  public var seeds: [Int]
  public var settings: [Setting]
  /// One empty one where nothing varies.
  public var variations: [[Setting]]
  public var quick: Quick?
  /// Whether the short form leaves it out.
  public var isOnlyFull: Bool
  public var place: Place

  /// What the group makes of another's runs; nil for runs.
  public var analysis: AnalysisWork? {
    if case .analysis(let work) = work { work } else { nil }
  }
}

/// Which form of a paper's experiments is wanted.
public struct ReproductionForm: Hashable, Sendable {
  public var isQuick: Bool
  /// nil: as the paper says.
  public var seeds: Int?

  public init(isQuick: Bool = false, seeds: Int? = nil) {
    self.isQuick = isQuick
    self.seeds = seeds
  }
}

/// One run of a group.
public struct PlannedRun: Hashable, Sendable {
  public var group: String
  public var work: RunGroup.Work
  public var variation: Int
  public var variationText: String
  public var seed: Int
  /// The group's, the short form's, the variation's and the seed, in this order: the last counts.
  public var settings: [RunGroup.Setting]

  /// A safetensors file that the run starts from.
  var parameters: String? {
    settings.last { $0.key == RunGroup.Setting.parametersKey }?.value
  }

  /// Options of components and of the run, "model.heads=8".
  var options: [String] {
    settings.filter { $0.key != RunGroup.Setting.parametersKey }.map(\.text)
  }

  public init(
    group: String, work: RunGroup.Work, variation: Int, variationText: String, seed: Int,
    settings: [RunGroup.Setting]
  ) {
    self.group = group
    self.work = work
    self.variation = variation
    self.variationText = variationText
    self.seed = seed
    self.settings = settings
  }
}

extension RunGroup {
  /// All of its runs, variation by variation.
  public func runs(in form: ReproductionForm) -> [[PlannedRun]] {
    let quick = form.isQuick ? quick : nil
    let seeds = Self.seeds(quick?.seeds ?? seeds, form.seeds)
    let variations = quick?.variations ?? variations
    return variations.enumerated().map { number, variation in
      seeds.map { seed in
        PlannedRun(
          group: name, work: work, variation: number,
          variationText: variation.filter { $0.key != Setting.parametersKey }.map(\.text)
            .joined(separator: " "), seed: seed,
          settings: settings + (quick?.settings ?? []) + variation
            + [Setting("run.seed", "\(seed)")])
      }
    }
  }

  /// The first of those listed; where more are wanted, those after the largest.
  private static func seeds(_ listed: [Int], _ wanted: Int?) -> [Int] {
    guard let wanted else { return listed }
    let next = (listed.max() ?? -1) + 1
    return Array((listed + Array(next..<(next + wanted))).prefix(wanted))
  }
}
