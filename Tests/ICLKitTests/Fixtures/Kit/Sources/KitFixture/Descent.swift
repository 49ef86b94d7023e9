import ICLKit

/// Gradient descent that drives, and uses every service of the host.
struct Descent: Minimizer {
  static let id = "descent"
  static let summary = "gradient descent that drives"
  @Option("steps", 1...1000) var steps = 4
  let host = Host()

  func minimize(_ objective: Objective, _ parameters: UnsafeMutableBufferPointer<Double>) throws {
    host.log("\(objective.count) parameters", level: .warning)
    var gradient = [Double](repeating: 0, count: objective.count)
    for step in 1...steps {
      if host.isCancelled { throw KitError("stopped", code: .cancelled) }
      _ = try objective.evaluate(parameters.baseAddress!, gradient: &gradient)
      for index in parameters.indices { parameters[index] -= 0.25 * gradient[index] }
      host.progress(Double(step) / Double(steps), "descent")
    }
  }
}
