/// What a metric needs to be given.
public struct MetricNeeds: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let predictions = MetricNeeds(rawValue: 1)
  public static let latents = MetricNeeds(rawValue: 2)
  public static let oracle = MetricNeeds(rawValue: 4)
  public static let inputs = MetricNeeds(rawValue: 8)
  public static let parameters = MetricNeeds(rawValue: 16)
  /// The parameters before training.
  public static let start = MetricNeeds(rawValue: 32)

  static let known: MetricNeeds = [.predictions, .latents, .oracle, .inputs, .parameters, .start]
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
  /// What the metric declared: count tensors each.
  public var declared: [String: [Double]] = [:]

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

/// What a metric reports: a scalar, a curve along a named axis, or a table.
public struct MetricValues: Hashable, Sendable {
  public var name: String
  /// What is counted along each axis: "context length"; none for a scalar.
  public var axes: [String]
  public var shape: [Int]
  /// The value of a curve's axis at the first point.
  public var firstIndex: Int
  /// Row-major.
  public var values: [Double]
  public var standardErrors: [Double]?

  public init(
    name: String, axes: [String], shape: [Int], firstIndex: Int = 0, values: [Double],
    standardErrors: [Double]? = nil
  ) {
    self.name = name
    self.axes = axes
    self.shape = shape
    self.firstIndex = firstIndex
    self.values = values
    self.standardErrors = standardErrors
  }

  /// A scalar, or a curve where there is an axis.
  public init(
    name: String, axis: String? = nil, firstIndex: Int = 0, values: [Double],
    standardErrors: [Double]? = nil
  ) {
    self.init(
      name: name, axes: axis.map { [$0] } ?? [], shape: axis == nil ? [] : [values.count],
      firstIndex: firstIndex, values: values, standardErrors: standardErrors)
  }

  public var isScalar: Bool { axes.isEmpty }

  /// Of a curve; nil for a scalar or a table.
  public var axis: String? { axes.count == 1 ? axes[0] : nil }
}
