import Glibc
import ICLKit
import SequenceLayers

/// Λ, B, C and Δ of a layer; complex numbers are pairs (real, imaginary) along a first axis.
struct ComplexWeights {
  /// |Ā| and its angle [pairs], B̄ [2, pairs, width], C [2, width, pairs].
  let list: [Tensor]

  init(_ graph: Graph, width: Int, pairs: Int) {
    let frequencies = Hippo.frequencies(2 * pairs)
    let real = minimum(
      graph.parameter("rate", initial: graph.constant([pairs]) { _ in -0.5 }),
      graph.constant(-1e-4))
    let imaginary = graph.parameter(
      "frequency", initial: graph.constant(frequencies, [pairs]))
    let (least, most) = (log(0.001), log(0.1))
    let step = graph.parameter(
      "log-step", initial: least + (most - least) * graph.uniform("\(graph.path).log-step", [pairs])
    ).exp()
    // Of the rotated real matrices of the paper: independent parts of half the variance.
    let input = graph.parameter(
      "input", [2, pairs, width], standardDeviation: (0.5 / Double(width)).squareRoot())
    let output = graph.parameter(
      "output", [2, width, pairs], standardDeviation: (0.5 / Double(pairs)).squareRoot())

    let size = (real * step).exp()
    let angle = imaginary * step
    // (Ā - 1) / Λ.
    let (above, aside) = (size * angle.cos() - 1, size * angle.sin())
    let square = real.squared() + imaginary.squared()
    let held = Complex(
      (above * real + aside * imaginary) / square, (aside * real - above * imaginary) / square)
    func part(_ number: Int) -> Tensor { input[number..<number + 1].reshaped([pairs, width]) }
    let scaled = held.shaped([pairs, 1]) * Complex(part(0), part(1))
    list = [size, angle, scaled.stacked, output]
  }
}

/// Two tensors of one shape.
struct Complex {
  var real, imaginary: Tensor

  init(_ real: Tensor, _ imaginary: Tensor) {
    self.real = real
    self.imaginary = imaginary
  }

  static func * (a: Complex, b: Complex) -> Complex {
    Complex(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  func shaped(_ shape: [Int]) -> Complex {
    Complex(real.reshaped(shape), imaginary.reshaped(shape))
  }

  /// Along a new first axis.
  var stacked: Tensor {
    let shape = [1] + real.shape
    return concatenate([real.reshaped(shape), imaginary.reshaped(shape)], axis: 0)
  }
}
