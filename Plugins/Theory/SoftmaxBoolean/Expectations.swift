/// What theory says about one step on hints, and about learning without them.
public enum Expectations {
  /// The expected error of v̂ after one step from W = 0 with hints on pairs:
  /// tanh((η/d) 2^(-5/2) M_t / √n), M_t = E max of t |N(0, 1)|.
  ///
  /// The two children of a pair differ by (η/d) N(0, 1/8) / √n, and softmax shares their weight
  /// accordingly; what all others keep is left out.
  public static func oneStepError(
    dimension d: Int, pairs t: Int, samples n: Int, learningRate: Double
  ) -> Double {
    let deviation = learningRate / Double(d) * 0.03125.squareRoot() / Double(n).squareRoot()
    return hyperbolicTangent(deviation * meanLargestMagnitude(of: t))
  }

  /// E max of t independent |N(0, 1)| = ∫ 1 - erf(x/√2)^t dx.
  public static func meanLargestMagnitude(of t: Int) -> Double {
    // Simpson's rule; the integrand is below 1e-15 t beyond 9.
    let (end, parts) = (12.0, 2400)
    let width = end / Double(parts)
    func value(_ x: Double) -> Double { 1 - power(errorFunction(x / 2.0.squareRoot()), Double(t)) }
    return (0..<parts / 2).reduce(0) { sum, part in
      let x = 2 * Double(part) * width
      return sum + width / 3 * (value(x) + 4 * value(x + width) + value(x + 2 * width))
    }
  }

  /// The least mean error of anything that does not depend on the hidden bits: min(k/d, 1 - k/d).
  public static func bound(support k: Int, dimension d: Int) -> Double {
    min(Double(k), Double(d - k)) / Double(d)
  }

  /// The probability that elimination finds k hidden bits of d exactly from n uniform rows:
  /// E[(1 - 2^-q)^(d - k)] with q ~ Poisson(n 2^-k).
  public static func elimination(support k: Int, dimension d: Int, samples n: Int) -> Double {
    let mean = Double(n) * power(2, -Double(k))
    var weight = exponential(-mean)
    var (sum, q) = (0.0, 0)
    while Double(q) < mean + 40 * (mean.squareRoot() + 1) {
      sum += weight * power(1 - power(2, -Double(q)), Double(d - k))
      q += 1
      weight *= mean / Double(q)
    }
    return sum
  }
}
