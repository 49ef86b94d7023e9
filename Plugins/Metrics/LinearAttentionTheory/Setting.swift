import ICLKit
import LinearAttentionDynamics

/// The options of a run on which the theory depends.
struct Setting {
  var dimension: Int
  var contextLength: Int
  /// λ_d, in the order of the coordinates of x.
  var eigenvalues: [Double]
  var isScoredAtQuery: Bool
  /// p, the fraction of prompts with a task of their own.
  var inContextFraction: Double
  var isInformative: Bool
  /// "full", "varying-by-pairs", "varying-by-tokens".
  var contexts: String
  /// "context", "tokens", "none".
  var scale: String
  var isLinear: Bool
  /// nil for optimizers without one.
  var learningRate: Double?
  /// Whether noise, a prior or few tasks make it another problem.
  var isPlain: Bool

  init(_ snapshot: Snapshot, _ task: Signature) throws {
    func text(_ owner: String, _ name: String, _ missing: String) -> String {
      snapshot.setting(owner, name)?.text ?? missing
    }
    func number(_ owner: String, _ name: String, _ missing: Double) -> Double {
      snapshot.setting(owner, name)?.value ?? missing
    }
    guard let covariance = snapshot.setting("task", "covariance"),
      let spectrum = snapshot.setting("task", "spectrum")
    else {
      throw KitError(
        "the task does not say the covariance of x; the tasks ridge and ridge-population do",
        path: "covariance", code: .unsupported)
    }
    guard text("task", "basis", "standard") == "standard" else {
      throw KitError(
        "weights are read in the eigenbasis of the covariance, which a rotation hides: give "
          + "task.basis=standard", path: "basis", code: .unsupported)
    }
    guard task.outputDimension == 1 else {
      throw KitError(
        "labels have \(task.outputDimension) components; the theory is for one",
        path: "output-dimension", code: .unsupported)
    }
    dimension = task.inputDimension
    contextLength = task.contextLength
    isScoredAtQuery = task.scoring == .query
    let listed = spectrum.text.split(separator: ",").compactMap { Double($0) }
    var values =
      covariance.text == "linear"
      ? (1...task.inputDimension).reversed().map(Double.init)
      : listed.isEmpty ? [Double](repeating: 1, count: task.inputDimension) : listed
    if text("task", "trace-normalised", "false") == "true" {
      let trace = values.reduce(0, +)
      values = values.map { $0 / trace }
    }
    guard values.count == task.inputDimension else {
      throw KitError(
        "\(values.count) eigenvalues for dimension \(task.inputDimension)", path: "spectrum")
    }
    eigenvalues = values
    inContextFraction = number("task", "in-context-fraction", 1)
    isInformative = text("task", "context", "informative") == "informative"
    contexts = text("task", "contexts", "full")
    scale = text("model", "scale", "context")
    isLinear = text("model", "attention", "linear") == "linear"
    learningRate = snapshot.setting("optimizer", "learning-rate")?.value
    isPlain =
      number("task", "noise-variance", 0) == 0 && text("task", "noise", "fixed") == "fixed"
      && number("task", "prior-variance", 1) == 1 && number("task", "tasks", 0) == 0
  }

  /// What the output-relevant blocks learn from; nil where the theory has no answer.
  var population: Population? {
    guard isPlain, isLinear, inContextFraction == 1 else { return nil }
    func factor(_ pairs: Int) -> Double {
      scale == "tokens" ? Double(pairs) / Double(pairs + 1) : 1
    }
    switch (contexts, isScoredAtQuery) {
    case ("full", true):
      return Population(
        eigenvalues: eigenvalues,
        contexts: [.init(pairs: contextLength, weight: 1, factor: factor(contextLength))])
    case ("full", false):
      guard scale != "none" else { return nil }
      let weight = 1 / Double(contextLength + 1)
      return Population(
        eigenvalues: eigenvalues,
        contexts: (0...contextLength).map {
          .init(pairs: $0, weight: weight, factor: $0 == 0 ? 0 : factor($0))
        })
    default:
      return Population(
        eigenvalues: eigenvalues, contextsUpTo: contextLength,
        byTokens: contexts == "varying-by-tokens")
    }
  }

  /// What the program leaves out of the division of sums.
  var divisor: Double { scale == "none" ? Double(contextLength) : 1 }
}
