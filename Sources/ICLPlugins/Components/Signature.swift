public import ICLGraph

/// What a task's prompts hold.
///
/// x [N + 1, input dimension], y [N, output dimension], target [positions, output dimension], and
/// whatever else the task adds.
public struct Signature: Hashable, Sendable {
  public var scoring: Scoring
  public var contextLength: Int
  public var inputDimension: Int
  public var outputDimension: Int
  /// Scored positions: 1, or N + 1 at every prefix.
  public var positions: Int
  public var tensors: [TensorSpec]
  /// Numbers that others may want to know: "noise-variance".
  public var properties: [String: Double]

  public init(
    scoring: Scoring, contextLength: Int, inputDimension: Int, outputDimension: Int,
    positions: Int, tensors: [TensorSpec], properties: [String: Double] = [:]
  ) {
    self.scoring = scoring
    self.contextLength = contextLength
    self.inputDimension = inputDimension
    self.outputDimension = outputDimension
    self.positions = positions
    self.tensors = tensors
    self.properties = properties
  }

  public enum Scoring: UInt32, Hashable, Sendable, CaseIterable {
    case query = 0
    case everyPrefix
  }

  public struct TensorSpec: Hashable, Sendable {
    public var name: String
    public var role: Role
    public var shape: Shape

    public init(name: String, role: Role, shape: Shape) {
      self.name = name
      self.role = role
      self.shape = shape
    }
  }

  /// Who may read a tensor.
  public enum Role: UInt32, Hashable, Sendable, CaseIterable {
    /// Models, losses, oracles and metrics.
    case input = 0
    /// Losses and metrics. There is one, named "target".
    case target
    /// Losses, oracles and metrics.
    case latent
  }

  /// The tensors that models read, in their order.
  public var inputs: [TensorSpec] { tensors.filter { $0.role == .input } }

  /// [positions, output dimension]: also the shape of predictions.
  public var targetShape: Shape { [positions, outputDimension] }

  public func tensor(named name: String) -> TensorSpec? { tensors.first { $0.name == name } }
}
