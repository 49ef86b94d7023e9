import CICL

/// Changes one parameter tensor at a time.
public protocol Optimizer: Component {
  /// Arrays of a parameter's size that `step` needs; all zero at first.
  static var stateCount: Int { get }
  /// One step for one tensor, from any thread. Written once for both precisions.
  func step<Scalar: BinaryFloatingPoint>(_ update: Update<Scalar>)

  /// Provided. Requirements, so that the two precisions are compiled where the optimizer is.
  func stepSingle(_ update: Update<Float>)
  func stepDouble(_ update: Update<Double>)
}

extension Optimizer {
  @inlinable
  public func stepSingle(_ update: Update<Float>) { step(update) }
  @inlinable
  public func stepDouble(_ update: Update<Double>) { step(update) }
}

/// One parameter tensor in one step.
public struct Update<Scalar: BinaryFloatingPoint> {
  /// 1 in the first step.
  public let step: UInt64
  /// The schedule's factor: multiply your rate by it.
  public let learningRateScale: Double
  /// Elements of each buffer.
  public let count: Int
  /// Updated in place.
  public let parameters: UnsafeMutablePointer<Scalar>
  public let gradients: UnsafePointer<Scalar>
  /// Of the parameter, as the graph has it; valid during the step.
  public var name: String { path.map { String(cString: $0) } ?? "" }
  let path: UnsafePointer<CChar>?
  @usableFromInline let states: UnsafePointer<UnsafeMutableRawPointer?>?

  /// count elements that survive from step to step.
  @inlinable
  public func state(_ index: Int) -> UnsafeMutablePointer<Scalar> {
    states![index]!.assumingMemoryBound(to: Scalar.self)
  }

  init(_ source: icl_update) throws {
    guard let parameters = source.parameters, let gradients = source.gradients else {
      throw KitError("the host passed no buffers", code: .failed)
    }
    step = source.step
    learningRateScale = source.learning_rate_scale
    count = Int(source.count)
    self.parameters = parameters.assumingMemoryBound(to: Scalar.self)
    self.gradients = gradients.assumingMemoryBound(to: Scalar.self)
    states = source.state
    path = source.name
  }
}

extension Optimizer {
  public static var interface: Interface {
    Interface(
      ICL_OPTIMIZER,
      icl_optimizer(
        struct_size: size(icl_optimizer.self), state_count: UInt32(stateCount), step: stepOptimizer,
        minimize: nil))
  }

  public func instance() -> AnyObject { OptimizerInstance(self) }
}

private final class OptimizerInstance {
  let optimizer: any Optimizer
  init(_ optimizer: any Optimizer) { self.optimizer = optimizer }
}

private let stepOptimizer:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<icl_update>?, UnsafeMutablePointer<icl_error>?
  ) -> Int32 = { instance, update, error in
    guarded(error) {
      guard let update else { throw KitError("the host passed no update", code: .failed) }
      try with(instance, as: OptimizerInstance.self) {
        switch update.pointee.element_type {
        case ICL_F32: $0.optimizer.stepSingle(try Update(update.pointee))
        case ICL_F64: $0.optimizer.stepDouble(try Update(update.pointee))
        default:
          throw KitError(
            "element type \(update.pointee.element_type) is not known", code: .unsupported)
        }
      }
    }
  }
