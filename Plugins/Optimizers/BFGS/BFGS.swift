import ICLKit

/// The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno.
///
/// It drives: it asks for the loss and gradient of one fixed batch. Nocedal and Wright, Numerical
/// Optimization, 2nd edition, algorithms 6.1 and 3.5.
struct BFGS: Minimizer {
  static let id = "bfgs"
  static let summary = "quasi-Newton descent on one fixed batch, for models of few parameters"
  /// The largest inverse Hessian that is kept, in rows.
  static let mostParameters = 4096

  @Option("most iterations, each of one line search", 1...1_000_000) var iterations = 300
  @Option("it ends where the norm of the gradient is below this", 0...1e6) var tolerance = 1e-9
  @Option("it ends where ten iterations lower the loss by less than this share of it", 0...1)
  var relativeImprovement = 1e-9
  @Option("length of the first step", 1e-12...1e6) var firstStep = 0.01

  func minimize(
    _ objective: Objective, _ parameters: UnsafeMutableBufferPointer<Double>
  ) throws {
    guard objective.count <= Self.mostParameters else {
      throw KitError(
        "bfgs keeps a matrix of all parameters, at most \(Self.mostParameters); the model has "
          + "\(objective.count): take another optimizer", code: .unsupported)
    }
    var point = try Point(at: Array(parameters), objective)
    guard point.isFinite else {
      throw KitError(
        "the loss at the start is \(point.loss), or its gradient is not finite: "
          + "begin with smaller parameters", code: .failed)
    }
    var inverse = InverseHessian(count: objective.count)
    var losses = [point.loss]
    for iteration in 0..<iterations {
      let norm = length(point.gradient)
      if norm <= tolerance { break }
      if iteration == 0 { inverse.reset(scale: firstStep / norm) }
      var direction = inverse.times(point.gradient).map { -$0 }
      if product(direction, point.gradient) >= 0 {
        inverse.reset(scale: firstStep / norm)
        direction = point.gradient.map { -firstStep / norm * $0 }
      }
      guard let next = try LineSearch(objective, from: point, along: direction).run() else {
        // Curvature that misled once may be forgotten; twice, this is the end of what rounding allows.
        if inverse.isFresh { break }
        inverse.reset(scale: firstStep / norm)
        continue
      }
      inverse.update(
        step: difference(next.place, point.place), change: difference(next.gradient, point.gradient)
      )
      point = next
      losses.append(point.loss)
      if losses.count > 10,
        losses[losses.count - 11] - point.loss <= relativeImprovement * point.loss.magnitude
      {
        break
      }
    }
    for index in point.place.indices { parameters[index] = point.place[index] }
  }
}

/// A place with its loss and gradient.
struct Point {
  var place: [Double]
  var loss: Double
  var gradient: [Double]

  init(at place: [Double], _ objective: Objective) throws {
    var gradient = [Double](repeating: 0, count: place.count)
    loss = try objective.evaluate(place, gradient: &gradient)
    self.place = place
    self.gradient = gradient
  }

  var isFinite: Bool { loss.isFinite && gradient.allSatisfy(\.isFinite) }
}

func product(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

func length(_ a: [Double]) -> Double { product(a, a).squareRoot() }

func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
