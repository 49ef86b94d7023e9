/// What a component is.
public enum ComponentKind: UInt32, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case model = 1
  case task, metric, optimizer

  public var description: String {
    switch self {
    case .model: "model"
    case .task: "task"
    case .metric: "metric"
    case .optimizer: "optimizer"
    }
  }

  /// "a model", "an optimizer"
  var withArticle: String { self == .optimizer ? "an optimizer" : "a \(self)" }
}
