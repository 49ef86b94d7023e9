import GradientDescentLosses
import ICLKit

/// Where step sizes come from.
public enum StepSizes: String, OptionChoice {
  case given
  case bestConstant = "best-constant"
  case bestFree = "best-free"
}

extension Signature {
  /// The formulas for a task that says the moments of its inputs; nil for one that does not.
  public var descentLosses: DescentLosses? {
    guard let variance = properties["input-variance"], let kurtosis = properties["input-kurtosis"]
    else { return nil }
    return DescentLosses(
      dimension: inputDimension, pairs: contextLength, variance: variance, kurtosis: kurtosis,
      weightVariance: properties["prior-variance"] ?? 1)
  }

  /// E tr Ĝ^k for uniform or normal inputs, up to an order.
  public func gramMoments(order: Int) -> GramMoments? {
    guard let losses = descentLosses else { return nil }
    let moment: (Int) -> Double
    if losses.kurtosis == 1.8 {
      moment = GramMoments.uniform(halfWidth: (3 * losses.variance).squareRoot())
    } else if losses.kurtosis == 3 {
      moment = GramMoments.normal(variance: losses.variance)
    } else {
      return nil
    }
    return GramMoments(
      dimension: inputDimension, pairs: contextLength, order: order, moment: moment)
  }

  /// The best sizes of K steps, or in mini-batches of m of one pass.
  public func bestSteps(_ count: Int, kind: StepSizes, miniBatch: Int = 0) throws -> [Double] {
    guard let losses = descentLosses else {
      throw KitError(
        "the task does not say the moments of its inputs: give step-sizes", path: "step-sizes")
    }
    if miniBatch > 0 || count == 1 {
      guard count == 1 else {
        throw KitError(
          "the best step of several passes in mini-batches is not known: give it",
          path: "step-sizes")
      }
      return [losses.miniBatch(miniBatch > 0 ? miniBatch : contextLength).step]
    }
    let limit = GramMoments.limit / 2
    guard count <= limit, let moments = gramMoments(order: 2 * count) else {
      throw KitError(
        "best sizes are known for up to \(limit) steps of uniform or normal inputs: give step-sizes",
        path: "step-sizes")
    }
    let best = kind == .bestFree ? BestSteps.free : BestSteps.constant
    return best(count, moments.traces, 1).steps
  }
}
