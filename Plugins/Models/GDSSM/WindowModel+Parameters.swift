import Glibc
import ICLKit
import SequenceLayers

// At the start, as in the published program: w_q of deviation .1, d of 1, Λ = -1/2, log Δ uniform
// between log .001 and log .1, and C of variance 1/P. It also holds a P × P matrix that nothing reads.
extension WindowModel {
  /// w [A, 3, 3], Λ̄ [A, P, P], C [R, P, P], d [3], and log Λ̄.
  func parameters(
    _ graph: Graph, _ plan: WindowCell.Plan, _ width: Int
  ) throws -> [Tensor] {
    let (sums, readouts) = (plan.sums, plan.readouts)
    let constructs = options.initialization == .construction
    let factors = constructs ? try constructedFactors(plan) : []
    /// A drawn value, or the constructed one with noise.
    func value(
      _ name: String, _ shape: [Int], drawn: Double, _ constructed: ([Int]) -> Double
    ) -> Tensor {
      guard constructs else {
        return keep(name, drawn * graph.normal(name, shape), graph)
      }
      let exact = graph.constant(shape, constructed)
      guard options.initialNoise > 0 else { return keep(name, exact, graph) }
      return keep(name, exact + options.initialNoise * graph.normal(name, shape), graph)
    }
    // Σ y xᵀ is the window's rows 0 and 1, Σ x xᵀ its row 0 twice.
    let gating = value("gating", [sums, 3, 3], drawn: 0.1) { index in
      let isSquare = index[0] == 1
      return index[1] == 0 && index[2] == (isSquare ? 0 : 1) ? 1 : 0
    }
    let skip = value("query", [3], drawn: 1) { $0[0] == 2 ? 1 : 0 }
    let readout = value(
      "readout", [readouts, width, width], drawn: 1 / Double(width).squareRoot()
    ) { $0[1] == $0[2] ? -factors[$0[0]] : 0 }
    let rate = keep(
      "decay",
      graph.constant([sums, width, width]) { _ in
        constructs && options.initialNoise == 0 ? 0 : constructs ? -0.1 : -0.5
      }, graph)
    let (least, most) = (log(0.001), log(0.1))
    let logStep = keep(
      "log-step", least + (most - least) * graph.uniform("log-step", [sums, width]), graph)
    let exponents = rate * logStep.exp().reshaped([sums, 1, width])
    return [gating, exponents.exp().named("gate"), readout, skip, exponents]
  }

  private func keep(_ name: String, _ initial: Tensor, _ graph: Graph) -> Tensor {
    options.frozen ? initial : graph.parameter(name, initial: initial)
  }

  /// c_r of the read-outs C_r = -c_r I.
  private func constructedFactors(_ plan: WindowCell.Plan) throws -> [Double] {
    let n = Double(task.contextLength)
    let rates = try options.constructedSteps(options.steps, for: task).map { $0 / n }
    switch plan {
    case .one: return rates
    // c_A = η_1/N, c_B = c_C = η_2/N.
    case .three: return [rates[0], rates[1], rates[1]]
    // Y of every step, then G; the first step's G is multiplied by W_0 = 0.
    case .descent: return rates + rates
    }
  }
}
