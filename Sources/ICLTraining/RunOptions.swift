import ICLEngine
import ICLPlugins

/// The options of a run itself: how long, how much at once, and from which seed.
public struct RunOptions: Hashable, Sendable {
  /// Optimizer steps.
  public var steps = 1
  /// Prompts in a step.
  public var batch = 1
  public var seed: UInt64 = 0
  public var threads = 1
  public var precision = Precision.single
  /// 0: each step draws its own. P: all steps walk through the same P prompts.
  public var prompts = 0
  public var statistics = Statistics.prompts
  /// Whether all steps are for the same prompts.
  public var repeatsOneBatch: Bool { prompts == batch }
  /// nil for the best that the processor runs.
  public var backend: Backend.Name?
  public var schedule = Schedule()
  /// The largest norm of the gradient over all parameters; 0: any.
  public var gradientClip = 0.0
  /// Fresh prompts in an evaluation.
  public var evaluationPrompts = 1

  public init() {}

  /// Checks what was typed; what was not has its default.
  public init(_ settings: [String: String]) throws(Failure) {
    let values = try failing {
      try OptionParser.values(settings, for: Self.table, owner: "run")
    }
    for (option, value) in zip(Self.table, values) { apply(option.name, value) }
    guard schedule.warmUp <= steps else {
      throw Failure(
        .configuration, key: "run.warm-up",
        "it takes \(schedule.warmUp) steps, but the run has \(steps).",
        hint: "Shorten it, or raise run.steps.")
    }
    guard prompts.isMultiple(of: batch) else {
      throw Failure(
        .configuration, key: "run.prompts",
        "\(prompts) prompts are not a whole number of batches of \(batch).",
        hint: "Give a multiple of run.batch, or 0 for fresh prompts in each step.")
    }
    guard statistics == .prompts || repeatsOneBatch else {
      throw Failure(
        .configuration, key: "run.statistics",
        "moments are of a fixed set that every step reads as a whole, but run.prompts is "
          + "\(prompts) and run.batch \(batch).",
        hint: "Set run.prompts to run.batch, or leave run.statistics=prompts.")
    }
  }

  private mutating func apply(_ name: String, _ value: OptionValue) {
    switch (name, value) {
    case ("steps", .integer(let number)): steps = Int(number)
    case ("batch", .integer(let number)): batch = Int(number)
    case ("seed", .integer(let number)): seed = UInt64(number)
    case ("threads", .integer(let number)): threads = Int(number)
    case ("precision", .choice(_, let text)): precision = Precision(rawValue: text) ?? .single
    case ("prompts", .integer(let number)): prompts = Int(number)
    case ("statistics", .choice(_, let text)): statistics = Statistics(rawValue: text) ?? .prompts
    case ("backend", .choice(_, let text)): backend = Backend.Name(rawValue: text)
    case ("schedule", .choice(_, let text)):
      schedule.decay = Schedule.Decay(rawValue: text) ?? .constant
    case ("warm-up", .integer(let number)): schedule.warmUp = Int(number)
    case ("final-fraction", .real(let number)): schedule.finalFraction = number
    case ("gradient-clip", .real(let number)): gradientClip = number
    case ("evaluation-prompts", .integer(let number)): evaluationPrompts = Int(number)
    default: preconditionFailure("run.\(name) is declared but not applied")
    }
  }
}
