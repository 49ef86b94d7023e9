/// What a metric needs to be given.
public struct MetricNeeds: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let predictions = MetricNeeds(rawValue: 1)
  public static let latents = MetricNeeds(rawValue: 2)
  public static let oracle = MetricNeeds(rawValue: 4)
  public static let inputs = MetricNeeds(rawValue: 8)
}

/// Some prompts of an evaluation: row-major, prompt outermost.
public struct EvaluationChunk: Sendable {
  public var count: Int
  /// [count, positions, output dimension]
  public var predictions: [Double]
  /// The same shape.
  public var targets: [Double]
  /// [count, positions]
  public var losses: [Double]
  /// The same shape; nil without an oracle.
  public var oracleLosses: [Double]?
  /// count tensors each.
  public var latents: [String: [Double]]
  /// count tensors each.
  public var inputs: [String: [Double]]

  public init(
    count: Int, predictions: [Double], targets: [Double], losses: [Double],
    oracleLosses: [Double]? = nil, latents: [String: [Double]] = [:],
    inputs: [String: [Double]] = [:]
  ) {
    self.count = count
    self.predictions = predictions
    self.targets = targets
    self.losses = losses
    self.oracleLosses = oracleLosses
    self.latents = latents
    self.inputs = inputs
  }
}

/// What a metric reports: a scalar, or a curve along a named axis.
public struct MetricValues: Hashable, Sendable {
  public var name: String
  /// What is counted: "context length"; nil for a scalar.
  public var axis: String?
  /// The axis value of the first value.
  public var firstIndex: Int
  public var values: [Double]
  public var standardErrors: [Double]?

  public init(
    name: String, axis: String? = nil, firstIndex: Int = 0, values: [Double],
    standardErrors: [Double]? = nil
  ) {
    self.name = name
    self.axis = axis
    self.firstIndex = firstIndex
    self.values = values
    self.standardErrors = standardErrors
  }
}
