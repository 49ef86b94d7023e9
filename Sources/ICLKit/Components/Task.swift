import CICL

/// A task that says how one prompt is drawn, as a graph.
///
/// The loss is the squared error summed over outputs, unless it is a `TaskWithLoss`.
public protocol Task: Component {
  func signature() throws -> Signature
  /// Every tensor of the signature, by name, drawn with random sources of scope `.prompt`.
  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor>
}

/// A task that draws its prompts by itself.
public protocol SampledTask: Component {
  func signature() throws -> Signature
  /// Prompts first ..< first + count, from any thread: tensor k of the signature into tensors[k],
  /// one prompt behind the other.
  func sample(
    _ draw: Draw, first: UInt64, count: Int, into tensors: [UnsafeMutablePointer<Double>]) throws
}

public protocol TaskWithLoss {
  /// The loss at each scored position, shape [positions]. May read every tensor of the prompt.
  func loss(_ graph: Graph, of predictions: Tensor) throws -> Tensor
}

public protocol TaskWithOracle {
  /// The best possible prediction, of the target's shape, from the inputs and what the task knows
  /// of itself.
  func oracle(_ graph: Graph) throws -> Tensor
}

/// The random numbers of one prompt: a pure function of seed, stream, step and prompt.
public struct Draw {
  let source: icl_draw

  public func uniform(
    _ stream: String, prompt: UInt64, count: Int, into values: UnsafeMutablePointer<Double>
  ) {
    source.uniform?(source.state, stream, prompt, UInt64(count), values)
  }

  public func normal(
    _ stream: String, prompt: UInt64, count: Int, into values: UnsafeMutablePointer<Double>
  ) {
    source.normal?(source.state, stream, prompt, UInt64(count), values)
  }
}
