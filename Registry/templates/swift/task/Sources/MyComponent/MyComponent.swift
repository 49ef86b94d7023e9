import ICLKit

/// Regression on few inputs: y = w · x + noise, where each entry of w is normal with probability
/// `density`, else 0.
struct MyComponent: Task {
  static let id = "my-component"
  static let summary = "linear regression with few relevant inputs"
  @Option("dimension of the inputs", 1...1024) var dimension = 8
  @Option("pairs in the context", 1...4096) var contextLength = 16
  @Option("variance of the labels' noise", 0...1e6) var noiseVariance = 0.25
  @Option("probability that an entry of w is not 0", 0...1) var density = 0.25

  func signature() -> Signature {
    .regression(
      contextLength: contextLength, inputDimension: dimension, scoring: .query,
      latents: [.init("w", .latent, [dimension, 1])],
      properties: ["noise-variance": noiseVariance])
  }

  func declare(_ graph: Graph) -> KeyValuePairs<String, Tensor> {
    let (n, d) = (contextLength, dimension)
    let x = graph.normal("x", [n + 1, d], per: .prompt)
    let coin = graph.uniform("coin", [d, 1], per: .prompt)
    let kept = coin.less(than: graph.constant(density))
    let w = kept * graph.normal("w", [d, 1], per: .prompt)
    let noise = noiseVariance.squareRoot() * graph.normal("noise", [n + 1, 1], per: .prompt)
    let labels = einsum("nd,do->no", x, w) + noise
    return ["x": x, "y": labels[0..<n], "target": labels[n..<(n + 1)], "w": w]
  }
}
