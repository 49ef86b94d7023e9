import Foundation
import ICLPlugins
import Testing

/// Classic optimizers and an integrator that call our loss back, on functions with known answers.
@Suite struct ForeignOptimizerTests {
  private func minimize(
    _ name: String, _ settings: [String: String] = [:], from start: [Double],
    policy: ForeignPolicy = Foreign.worker,
    _ function: @escaping ([Double]) -> (loss: Double, gradient: [Double])
  ) throws -> (place: [Double], evaluations: Int) {
    let optimizer = try Foreign.catalog(policy).resolve(name, kind: .optimizer)
      .makeOptimizer(settings)
    var place = start
    var evaluations = 0
    _ = try optimizer.minimize(&place) { values, gradient in
      evaluations += 1
      let (loss, slope) = function(Array(values))
      for (index, value) in slope.enumerated() { gradient[index] = value }
      return loss
    }
    return (place, evaluations)
  }

  private func rosenbrock(_ x: [Double]) -> (loss: Double, gradient: [Double]) {
    let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
    return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
  }

  /// L-BFGS, through a callback with a user pointer.
  @Test(.enabled(if: Foreign.nlopt, "needs Debian's libnlopt0"))
  func nlopt() throws {
    for policy in [Foreign.worker, .inProcess] {
      let (place, evaluations) = try minimize(
        "nlopt", from: [-1.2, 1], policy: policy, rosenbrock)
      #expect(abs(place[0] - 1) < 1e-6 && abs(place[1] - 1) < 1e-6)
      #expect(evaluations > 10 && evaluations < 200)
    }
  }

  /// Powell's method, whose Fortran callback has no user pointer.
  @Test(.enabled(if: Foreign.minpack, "needs Debian's libminpack1"))
  func minpack() throws {
    for policy in [Foreign.worker, .inProcess] {
      let (place, evaluations) = try minimize(
        "minpack-hybrid", from: [0.5, 0.8], policy: policy, rosenbrock)
      #expect(abs(place[0] - 1) < 1e-9 && abs(place[1] - 1) < 1e-9)
      #expect(evaluations > 3)
    }
  }

  /// Merged linear attention with one input and one population mode: L = ½ (s - u v)², u = v.
  ///
  /// Its gradient flow is logistic in a = u v: a(t) = s / (1 + (s / a₀ - 1) exp(-2 s t))
  /// (Saxe, McClelland and Ganguli 2014, equation 5, with both time constants 1).
  @Test(
    .enabled(if: Foreign.gsl, "needs Debian's libgsl27"), arguments: [0.1, 1, 2.5, 6])
  func gradientFlowIsLogistic(_ time: Double) throws {
    let (s, start) = (1.7, 0.05)
    let (place, _) = try minimize(
      "gsl-gradient-flow", ["time": "\(time)", "tolerance": "1e-12"], from: [start, start]
    ) { x in
      let rest = s - x[0] * x[1]
      return (0.5 * rest * rest, [-rest * x[1], -rest * x[0]])
    }
    let expected = s / (1 + (s / (start * start) - 1) * exp(-2 * s * time))
    #expect(abs(place[0] * place[1] - expected) < 1e-10)
  }

  /// When it is time to stop, the library is told so by its own means, or ended.
  @Test(arguments: ["minpack-hybrid", "nlopt", "gsl-gradient-flow"])
  func stops(_ name: String) throws {
    let missing =
      (name == "nlopt" && !Foreign.nlopt) || (name == "minpack-hybrid" && !Foreign.minpack)
      || (name.hasPrefix("gsl") && !Foreign.gsl)
    if missing { return }
    let optimizer = try Foreign.catalog().resolve(name, kind: .optimizer)
      .makeOptimizer(name == "nlopt" ? ["evaluations": "50"] : [:])
    var place = [-1.2, 1.0]
    var evaluations = 0
    let outcome = try optimizer.minimize(&place) { values, gradient in
      evaluations += 1
      if evaluations > 3 { return nil }
      let (loss, slope) = rosenbrock(Array(values))
      for (index, value) in slope.enumerated() { gradient[index] = value }
      return loss
    }
    #expect(outcome == .cancelled && evaluations == 4)
  }
}
