import ICLKit

/// Noise-free regression prompts without a random number, the same in any program and language:
///     x_n[d] = sin(1 + 1.7 m + 0.9 n + 0.4 d),  w[d] = cos(0.3 + 1.1 m + 0.7 d),  y = w · x
/// for prompt m, pair n and component d from 0; the query is the pair after the last.
struct SinePrompts: Task {
  static let id = "ridge-sines"
  static let summary = "a few regression prompts made of sines, to compare programs to all digits"

  @Option("D, the length of x", 1...256) var dimension = 2
  @Option("N, the number of context pairs", 1...65536) var contextLength = 3
  @Option("how many prompts there are; the next is the first again", 1...65536) var prompts = 2

  func signature() -> Signature {
    .regression(
      contextLength: contextLength, inputDimension: dimension, scoring: .query,
      properties: ["set-size": Double(prompts)])
  }

  func declare(_ graph: Graph) -> KeyValuePairs<String, Tensor> {
    let count = Double(prompts)
    let index = graph.promptIndex()
    let m = index - count * (index / count).floor()
    func angles(_ shape: [Int], _ angle: @escaping ([Int]) -> Double) -> Tensor {
      graph.constant(shape) { angle($0) }
    }
    let x =
      (angles([contextLength + 1, dimension]) { 1 + 0.9 * Double($0[0]) + 0.4 * Double($0[1]) }
      + 1.7 * m.reshaped([1, 1])).sin()
    let w =
      (angles([1, dimension]) { 0.3 + 0.7 * Double($0[1]) } + 1.1 * m.reshaped([1, 1])).cos()
    let labels = (x * w).sum(axis: 1, keepAxis: true)
    return [
      "x": x, "y": labels[0..<contextLength],
      "target": labels[contextLength..<contextLength + 1],
    ]
  }
}
