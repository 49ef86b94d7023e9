import ICLPlugins

/// What an option belongs to: the word before the dot in `task.dimension`.
public enum OptionOwner: Hashable, Sendable, CustomStringConvertible {
  case model, task, optimizer, run
  case metric(String)

  public var description: String {
    switch self {
    case .model: "model"
    case .task: "task"
    case .optimizer: "optimizer"
    case .run: "run"
    case .metric(let id): "metric.\(id)"
    }
  }
}

/// The value of an option as it was written, and where.
public struct Setting: Hashable, Sendable {
  public var text: String
  public var origin: ValueOrigin
  /// Written between quotes in a file, so a text.
  public var isQuoted: Bool

  public init(_ text: String, origin: ValueOrigin = .commandLine, isQuoted: Bool = false) {
    self.text = text
    self.origin = origin
    self.isQuoted = isQuoted
  }
}

/// What the user set, sorted by owner. Of two values for one option the last counts.
public struct Settings: Hashable, Sendable {
  /// A value for something else than an option: `evaluations.test.every=100`.
  struct Override: Hashable, Sendable {
    var path: [String]
    var text: String
  }

  private var values: [OptionOwner: [String: Setting]] = [:]
  private(set) var overrides: [Override] = []

  public init() {}

  /// Reads `model.heads=4`, `metric.loss-by-context-length.option=value`.
  public init(_ texts: [String]) throws(Failure) {
    for text in texts { try read(text) }
  }

  /// The texts of an owner's options.
  public subscript(owner: OptionOwner) -> [String: String] { all(of: owner).mapValues(\.text) }

  public func all(of owner: OptionOwner) -> [String: Setting] { values[owner] ?? [:] }

  public mutating func set(_ owner: OptionOwner, _ option: String, _ value: String) {
    set(owner, option, Setting(value))
  }

  public mutating func set(_ owner: OptionOwner, _ option: String, _ value: Setting) {
    values[owner, default: [:]][option] = value
  }

  mutating func remove(_ owner: OptionOwner) { values[owner] = nil }

  /// Only the options of metrics.
  var ofMetrics: Settings {
    var result = Settings()
    result.values = values.filter { if case .metric = $0.key { true } else { false } }
    return result
  }

  /// The metrics that have options.
  public var metrics: [String] {
    values.keys.compactMap { if case .metric(let id) = $0 { id } else { nil } }.sorted()
  }

  private mutating func read(_ text: String) throws(Failure) {
    let form = "Write owner.option=value, such as model.heads=4."
    guard let equals = text.firstIndex(of: "=") else {
      throw Failure(.usage, key: "--set", "'\(text)' has no '='.", hint: form)
    }
    let value = String(text[text.index(after: equals)...])
    let key = text[..<equals]
    guard let dot = key.firstIndex(of: "."), key.last != "." else {
      throw Failure(.usage, key: "--set", "'\(key)' names no option of an owner.", hint: form)
    }
    let owner = String(key[..<dot])
    let option = String(key[key.index(after: dot)...])
    switch owner {
    case "model": set(.model, option, value)
    case "task": set(.task, option, value)
    case "optimizer": set(.optimizer, option, value)
    case "run": set(.run, option, value)
    case "metric":
      guard let last = option.lastIndex(of: ".") else {
        throw Failure(
          .usage, key: "--set", "'\(key)' does not say which metric.",
          hint: "Write metric.NAME.option=value.")
      }
      set(.metric(String(option[..<last])), String(option[option.index(after: last)...]), value)
    case "evaluations", "schedules", "record":
      let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      overrides.append(Override(path: path, text: value))
    default:
      let owners = [
        "model", "task", "optimizer", "metric", "run", "evaluations", "schedules", "record",
      ]
      let nearest = nearestName(to: owner, among: owners)
      throw Failure(
        .configuration, key: String(key), "nothing here is called '\(owner)'.",
        hint: nearest.map { "Did you mean '\($0).\(option)'?" }
          ?? "Options belong to: \(owners.joined(separator: ", ")).")
    }
  }
}
