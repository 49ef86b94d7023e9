/// What a direction of a panel means.
public struct Axis: Hashable, Sendable {
  public enum Scale: Hashable, Sendable {
    case linear
    /// Values of zero and below are not drawn.
    case logarithmic
    /// sign(v) log(1 + |v| / linear): both signs, linear within ± `linear`.
    case symmetricLogarithmic(linear: Double)
  }

  public enum Ticks: Hashable, Sendable {
    /// Multiples of 1, 2 or 5 times a power of ten; powers of ten on a logarithmic axis.
    case automatic
    /// Whole numbers only.
    case whole
    /// These, with their labels.
    case at([Tick])
  }

  public struct Tick: Hashable, Sendable {
    public var value: Double
    public var label: String

    public init(_ value: Double, _ label: String) {
      self.value = value
      self.label = label
    }
  }

  public var label: String
  public var scale: Scale
  /// The ends; nil takes them from the data.
  public var limits: ClosedRange<Double>?
  public var ticks: Ticks
  /// Small values at the far end: the first row of a matrix on top.
  public var isReversed: Bool

  public init(
    _ label: String, scale: Scale = .linear, limits: ClosedRange<Double>? = nil,
    ticks: Ticks = .automatic, isReversed: Bool = false
  ) {
    self.label = label
    self.scale = scale
    self.limits = limits
    self.ticks = ticks
    self.isReversed = isReversed
  }

  /// Named places at 0, 1, 2, …: for bars.
  public init(_ label: String, categories: [String]) {
    self.init(
      label, limits: -0.5...(Double(max(categories.count, 1)) - 0.5),
      ticks: .at(categories.enumerated().map { Tick(Double($0.offset), $0.element) }))
  }
}
