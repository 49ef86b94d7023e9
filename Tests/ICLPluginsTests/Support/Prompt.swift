import ICLGraph
import ICLPlugins

/// A prompt to build models for: N = 3, d = 3, one output, scored at every prefix.
enum Prompt {
  static let signature = Signature(
    scoring: .everyPrefix, contextLength: 3, inputDimension: 3, outputDimension: 1, positions: 4,
    tensors: [
      .init(name: "x", role: .input, shape: [4, 3]),
      .init(name: "y", role: .input, shape: [3, 1]),
      .init(name: "w-hint", role: .input, shape: [5]),
      .init(name: "target", role: .target, shape: [4, 1]),
      .init(name: "w", role: .latent, shape: [3]),
    ],
    properties: ["noise-variance": 0.25])

  /// Every tensor as an input of the graph.
  static func scope(_ signature: Signature = signature, in graph: inout Graph) -> PromptScope {
    var scope = PromptScope()
    for tensor in signature.tensors {
      scope.nodes[tensor.name] = graph.input(tensor.name, tensor.shape)
    }
    return scope
  }

  /// Numbers without a pattern, in -1 ..< 1.
  static func numbers(_ count: Int, _ seed: UInt64) -> [Double] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) * 0x1p-52 - 1
    }
  }
}
