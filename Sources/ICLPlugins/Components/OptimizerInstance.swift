public import ICLGraph

/// An optimizer with its options filled: it takes steps, or drives the run.
public final class OptimizerInstance: @unchecked Sendable {
  public let component: Component
  init(component: Component) { self.component = component }

  /// Arrays of a parameter's size that `step` needs, zero at first.
  public var stateCount: Int { fatalError() }
  /// Whether it has `minimize` in place of `step`.
  public var drives: Bool { fatalError() }

  public enum ElementType: UInt32, Hashable, Sendable {
    case single = 1
    case double
  }

  /// One parameter tensor in one step. All buffers hold `shape.count` elements of the type.
  public struct Update {
    public var name: String
    public var shape: Shape
    public var elementType: ElementType
    /// 1 in the first step.
    public var step: UInt64
    /// The schedule's factor.
    public var learningRateScale: Double
    /// Updated in place.
    public var parameters: UnsafeMutableRawPointer
    public var gradients: UnsafeRawPointer
    /// `stateCount` buffers.
    public var state: [UnsafeMutableRawPointer]

    public init(
      name: String, shape: Shape, elementType: ElementType, step: UInt64,
      learningRateScale: Double = 1, parameters: UnsafeMutableRawPointer,
      gradients: UnsafeRawPointer, state: [UnsafeMutableRawPointer]
    ) {
      self.name = name
      self.shape = shape
      self.elementType = elementType
      self.step = step
      self.learningRateScale = learningRateScale
      self.parameters = parameters
      self.gradients = gradients
      self.state = state
    }
  }

  /// Any thread.
  public func step(_ update: Update) throws(PluginError) { fatalError() }

  /// How a driven run ended.
  public enum Outcome: Hashable, Sendable { case finished, cancelled }

  /// The loss at `parameters`, with its gradient written; nil when it is time to stop.
  public typealias Objective = (
    _ parameters: UnsafeBufferPointer<Double>, _ gradient: UnsafeMutableBufferPointer<Double>
  ) throws -> Double?

  /// Drives the run from `parameters`, which receives the result. An error that the objective
  /// throws ends it and is thrown on. [main]
  @discardableResult
  public func minimize(
    _ parameters: inout [Double], objective: Objective
  ) throws -> Outcome { fatalError() }
}
