import CICL

/// An optimizer that drives the run: it asks for the loss and gradient where it likes.
public protocol Minimizer: Component {
  /// parameters holds the start and receives the result.
  func minimize(_ objective: Objective, _ parameters: UnsafeMutableBufferPointer<Double>) throws
}

/// The loss as a function of all parameters, flattened in the order of the graph.
public struct Objective {
  let source: icl_objective

  /// The number of parameters.
  public var count: Int { Int(source.count) }

  /// Throws a `KitError` of code `cancelled` when it is time to stop.
  public func evaluate(
    _ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) throws -> Double {
    var loss = 0.0
    let code = source.evaluate?(source.state, parameters, &loss, gradient) ?? ICL_FAILED
    switch code {
    case ICL_OK: return loss
    case ICL_CANCELLED: throw KitError("stopped", code: .cancelled)
    default: throw KitError("the loss could not be evaluated", code: .failed)
    }
  }
}

extension Minimizer {
  public static var interface: Interface {
    var table = icl_optimizer()
    table.struct_size = size(icl_optimizer.self)
    table.minimize = { instance, objective, parameters, error in
      guarded(error) {
        guard let objective, let parameters else {
          throw KitError("the host passed no objective", code: .failed)
        }
        try with(instance, as: MinimizerInstance.self) {
          try $0.minimizer.minimize(
            Objective(source: objective.pointee),
            UnsafeMutableBufferPointer(start: parameters, count: Int(objective.pointee.count)))
        }
      }
    }
    return Interface(ICL_OPTIMIZER, table)
  }

  public func instance() -> AnyObject { MinimizerInstance(self) }
}

private final class MinimizerInstance {
  let minimizer: any Minimizer
  init(_ minimizer: any Minimizer) { self.minimizer = minimizer }
}
