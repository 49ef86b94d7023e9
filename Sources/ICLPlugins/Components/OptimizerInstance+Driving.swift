internal import CICL

extension OptimizerInstance {
  /// How a driven run ended.
  public enum Outcome: Hashable, Sendable { case finished, cancelled }

  /// The loss at `parameters`, with its gradient written; nil when it is time to stop.
  public typealias Objective = (
    _ parameters: UnsafeBufferPointer<Double>, _ gradient: UnsafeMutableBufferPointer<Double>
  ) throws -> Double?

  /// Drives the run from `parameters`, which receives the result. [main]
  ///
  /// An error that the objective throws ends it and is thrown on.
  @discardableResult
  public func minimize(_ parameters: inout [Double], objective: Objective) throws -> Outcome {
    guard let minimize = functions.minimize else {
      throw instance.error(.notOffered, "it takes steps and does not drive.")
    }
    let count = parameters.count
    return try withoutActuallyEscaping(objective) { objective in
      let state = ObjectiveState(objective, count: count)
      var table = icl_objective(
        struct_size: UInt32(MemoryLayout<icl_objective>.size), reserved: 0,
        state: Unmanaged.passUnretained(state).toOpaque(), count: UInt64(count),
        evaluate: { state, parameters, loss, gradient in
          guard let state else { return ICL_INVALID }
          return Unmanaged<ObjectiveState>.fromOpaque(state)._withUnsafeGuaranteedRef {
            $0.evaluate(parameters, loss, gradient)
          }
        })
      do throws(PluginError) {
        try instance.status("minimize") { error in
          withExtendedLifetime(state) {
            minimize(instance.raw, &table, &parameters, error)
          }
        }
      } catch {
        if let thrown = state.thrown { throw thrown }
        guard error.code == .cancelled else { throw error }
        return .cancelled
      }
      if let thrown = state.thrown { throw thrown }
      return state.isStopped ? .cancelled : .finished
    }
  }
}

/// What an objective's evaluations left: whether it stopped, and why.
private final class ObjectiveState {
  private let objective: OptimizerInstance.Objective
  private let count: Int
  private(set) var thrown: (any Error)?
  private(set) var isStopped = false
  /// Where the gradient goes that a plugin does not ask for.
  private var unwanted: [Double] = []

  init(_ objective: @escaping OptimizerInstance.Objective, count: Int) {
    self.objective = objective
    self.count = count
  }

  func evaluate(
    _ parameters: UnsafePointer<Double>?, _ loss: UnsafeMutablePointer<Double>?,
    _ gradient: UnsafeMutablePointer<Double>?
  ) -> Int32 {
    guard let parameters else { return ICL_INVALID }
    guard thrown == nil, !isStopped else { return ICL_CANCELLED }
    if gradient == nil, unwanted.isEmpty { unwanted = [Double](repeating: 0, count: count) }
    do {
      let value = try unwanted.withUnsafeMutableBufferPointer { unwanted in
        try objective(
          UnsafeBufferPointer(start: parameters, count: count),
          gradient.map { UnsafeMutableBufferPointer(start: $0, count: count) } ?? unwanted)
      }
      guard let value else {
        isStopped = true
        return ICL_CANCELLED
      }
      loss?.pointee = value
      return ICL_OK
    } catch {
      thrown = error
      return ICL_CANCELLED
    }
  }
}
