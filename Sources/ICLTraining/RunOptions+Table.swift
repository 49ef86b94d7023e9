import ICLPlugins
import ICLEngine

extension RunOptions {
  /// The options of a run, as a component would declare them.
  public static let table: [OptionDeclaration] = [
    OptionDeclaration(
      name: "steps", type: .integer, defaultText: "10000",
      summary: "how often the optimizer moves the parameters", unit: "steps", minimum: 1,
      maximum: 1e12),
    OptionDeclaration(
      name: "batch", type: .integer, defaultText: "256", summary: "prompts in each step",
      unit: "prompts", minimum: 1, maximum: 1e12),
    OptionDeclaration(
      name: "prompts", type: .integer, defaultText: "0",
      summary: "size of a fixed set that batches walk through; 0: every step draws fresh prompts",
      unit: "prompts", minimum: 0, maximum: 1e12),
    OptionDeclaration(
      name: "statistics", type: .choice, defaultText: Statistics.prompts.rawValue,
      summary: "what a step reads of a fixed set: its prompts, or moments of them, which need a "
        + "squared loss of what is linear in the parameters' products with data",
      choices: Statistics.allCases.map(\.rawValue)),
    OptionDeclaration(
      name: "seed", type: .integer, defaultText: "0",
      summary: "every random number follows from it", minimum: 0, maximum: 9.2e18),
    OptionDeclaration(
      name: "threads", type: .integer, defaultText: "\(processors)",
      summary: "threads that compute; results do not depend on it", unit: "threads", minimum: 1,
      maximum: 1024),
    OptionDeclaration(
      name: "precision", type: .choice, defaultText: Precision.single.rawValue,
      summary: "of the arithmetic in training", choices: Precision.allCases.map(\.rawValue)),
    OptionDeclaration(
      name: "backend", type: .choice, defaultText: automaticBackend,
      summary: "the build of the kernels; auto: the best for this processor",
      choices: [automaticBackend] + Backend.Name.allCases.map(\.rawValue)),
    OptionDeclaration(
      name: "schedule", type: .choice, defaultText: Schedule.Decay.constant.rawValue,
      summary: "how the learning rate falls after the warm-up",
      choices: Schedule.Decay.allCases.map(\.rawValue)),
    OptionDeclaration(
      name: "warm-up", type: .integer, defaultText: "0",
      summary: "steps in which the learning rate rises from near 0 to its full value",
      unit: "steps", minimum: 0, maximum: 1e12),
    OptionDeclaration(
      name: "final-fraction", type: .real, defaultText: "0",
      summary: "the learning rate at the last step as a fraction of the full one, where it falls",
      minimum: 0, maximum: 1),
    OptionDeclaration(
      name: "gradient-clip", type: .real, defaultText: "0",
      summary: "the gradient of a step is shortened to this norm over all parameters; 0: never",
      minimum: 0, maximum: 1e300),
    OptionDeclaration(
      name: "evaluation-prompts", type: .integer, defaultText: "65536",
      summary: "fresh prompts on which the result is evaluated", unit: "prompts", minimum: 2,
      maximum: 1e12),
  ]

  static let automaticBackend = "auto"
  public static let processors = min(Machine.processors, 1024)
}

extension RunOptions {
  /// The default of an option, as a user would write it.
  public static func defaultText(_ name: String) -> String {
    table.first { $0.name == name }?.defaultText ?? ""
  }
}
