import CICL

/// What a prompt of a task holds, and where it is scored.
public struct Signature {
  public enum Scoring: UInt32, Sendable {
    /// One prediction, for the last row of x.
    case query
    /// N + 1 predictions; position k is predicted from x[0...k] and y[0..<k].
    case everyPrefix
  }

  public struct TensorSpec {
    public enum Role: UInt32, Sendable { case input, target, latent }
    public var name: String
    public var role: Role
    public var shape: [Int]

    public init(_ name: String, _ role: Role, _ shape: [Int]) {
      self.name = name
      self.role = role
      self.shape = shape
    }
  }

  public var scoring: Scoring
  /// N, the number of context pairs.
  public var contextLength: Int
  public var inputDimension: Int
  public var outputDimension: Int
  /// Scored positions.
  public var positions: Int
  public var tensors: [TensorSpec]
  /// Numbers that others may want to know: "noise-variance", "prior-variance".
  public var properties: [String: Double]

  /// Of any task. An in-context regression has `regression`.
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

  /// An in-context regression: x [N + 1, D], y [N, O], target [positions, O], and latents.
  public static func regression(
    contextLength: Int, inputDimension: Int, outputDimension: Int = 1, scoring: Scoring,
    latents: [TensorSpec] = [], properties: [String: Double] = [:]
  ) -> Signature {
    let positions = scoring == .query ? 1 : contextLength + 1
    return Signature(
      scoring: scoring, contextLength: contextLength, inputDimension: inputDimension,
      outputDimension: outputDimension, positions: positions,
      tensors: [
        TensorSpec("x", .input, [contextLength + 1, inputDimension]),
        TensorSpec("y", .input, [contextLength, outputDimension]),
        TensorSpec("target", .target, [positions, outputDimension]),
      ] + latents, properties: properties)
  }
}
