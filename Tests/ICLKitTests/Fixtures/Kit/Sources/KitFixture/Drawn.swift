import ICLKit

/// Prompts drawn on buffers: x from stream "x", the noise of y from "noise"; y = Σ x + noise.
struct Drawn: SampledTask {
  static let id = "drawn"
  static let summary = "prompts on buffers"

  func signature() -> Signature {
    .regression(contextLength: 2, inputDimension: 3, outputDimension: 1, scoring: .query)
  }

  func sample(
    _ draw: Draw, first: UInt64, count: Int, into tensors: [UnsafeMutablePointer<Double>]
  ) {
    for index in 0..<count {
      let x = tensors[0] + 9 * index
      let y = tensors[1] + 2 * index
      draw.uniform("x", prompt: first + UInt64(index), count: 9, into: x)
      draw.normal("noise", prompt: first + UInt64(index), count: 2, into: y)
      for pair in 0..<2 { y[pair] += x[3 * pair] + x[3 * pair + 1] + x[3 * pair + 2] }
      tensors[2][index] = x[6] + x[7] + x[8]
    }
  }
}
