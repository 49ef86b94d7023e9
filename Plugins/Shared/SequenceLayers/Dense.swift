import ICLKit

extension Graph {
  /// A matrix [inputs, outputs] that starts with independent values of variance scale²/inputs.
  public func matrix(_ name: String, _ inputs: Int, _ outputs: Int, scale: Double = 1) -> Tensor {
    parameter(
      name, [inputs, outputs], standardDeviation: scale / Double(inputs).squareRoot())
  }

  /// x W + b along the last axis of x [T, inputs]; b starts at zero.
  public func dense(
    _ name: String, _ x: Tensor, _ outputs: Int, hasBias: Bool = true, scale: Double = 1
  ) -> Tensor {
    let product = einsum(
      "ti,io->to", x, matrix("\(name).weight", x.extent(-1), outputs, scale: scale))
    guard hasBias else { return product }
    return product + parameter("\(name).bias", initial: zeros([outputs]))
  }

  /// Layer norm with gain and bias.
  public func norm(_ name: String, _ x: Tensor) -> Tensor {
    let width = x.extent(-1)
    return x.layerNorm(
      gain: parameter("\(name).gain", initial: ones([width])),
      bias: parameter("\(name).bias", initial: zeros([width])))
  }

  /// o_t[c] = Σ_{k<K} w[k, c] u_{t-K+1+k}[c] + b[c]: each channel by itself, the past alone.
  public func causalConvolution(
    _ name: String, _ u: Tensor, taps: Int, memory: Memory
  ) -> Tensor {
    let (length, width) = (u.extent(0), u.extent(1))
    let weight = parameter(
      "\(name).weight", [taps, width], standardDeviation: 1 / Double(taps).squareRoot())
    let bias = parameter("\(name).bias", initial: zeros([width]))
    return convolved(name, u, by: weight, memory: memory, length: length) + bias
  }

  /// The same with given weights [K, c] and without bias.
  public func convolved(
    _ name: String, _ u: Tensor, by weight: Tensor, memory: Memory, length: Int
  ) -> Tensor {
    let taps = weight.extent(0)
    guard taps > 1 else { return u * weight }
    let all = concatenate(
      [memory.recall(name, [taps - 1, u.extent(1)], in: self), u], axis: 0)
    memory.keep(name, all[length..<length + taps - 1])
    var sum = all[0..<length] * weight[0..<1]
    for tap in 1..<taps { sum = sum + all[tap..<tap + length] * weight[tap..<tap + 1] }
    return sum
  }
}
