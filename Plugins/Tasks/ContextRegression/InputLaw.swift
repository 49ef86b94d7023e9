import ICLKit

/// Laws of the entries of x. Those that are `normed` are divided by the Frobenius norm of the N × D
/// context, the query too: the tests outside of the training law of arXiv 2212.07677.
enum InputLaw: String, OptionChoice {
  case uniform, normal
  case normedExponential = "normed-exponential"
  case normedNormal = "normed-normal"
  case normedLaplace = "normed-laplace"
  /// One of the three for each prompt.
  case normedMixture = "normed-mixture"

  /// Variance and E x⁴ / variance², where entries are independent.
  func moments(range: Double) -> (variance: Double, kurtosis: Double)? {
    switch self {
    case .uniform: (range * range / 12, 1.8)
    case .normal: (1, 3)
    default: nil
    }
  }
}

extension ContextRegression {
  /// [N + 1, D]
  func drawInputs(_ graph: Graph) -> Tensor {
    let shape = [contextLength + 1, dimension]
    func uniform() -> Tensor { graph.uniform("context-regression.x", shape, per: .prompt) }
    func normal() -> Tensor { graph.normal("context-regression.x", shape, per: .prompt) }
    /// Uniform on (0, 1], so that its logarithm is finite; single precision draws steps of 2^-24.
    func exponential() -> Tensor { -(1 - uniform()).log() }
    /// The sign is that of u - 1/2, the size exponential in what is left of u.
    func laplace() -> Tensor {
      let centred = 2 * uniform() - 1
      return -centred.sign() * (1 - centred.magnitude()).log()
    }
    func normed(_ x: Tensor) -> Tensor {
      let squares = x[0..<contextLength].squared().sum().reshaped([1, 1])
      return x * squares.reciprocalSquareRoot()
    }
    switch inputs {
    case .uniform: return inputRange * (uniform() - 0.5)
    case .normal: return normal()
    case .normedExponential: return normed(exponential())
    case .normedNormal: return normed(normal())
    case .normedLaplace: return normed(laplace())
    case .normedMixture:
      let u = graph.uniform("context-regression.law", [1, 1], per: .prompt).broadcast(to: shape)
      let isFirst = u.less(than: graph.constant(1.0 / 3))
      let isSecond = u.less(than: graph.constant(2.0 / 3))
      return isFirst.select(
        normed(exponential()), else: isSecond.select(normed(normal()), else: normed(laplace())))
    }
  }
}
