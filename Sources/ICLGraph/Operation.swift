/// What a node computes from its inputs.
///
/// Every case has a shape rule (`Graph+….swift`), a plain implementation in Double
/// (ICLEngine/Reference), and a derivative (`Differentiation/`).
public enum Operation: Hashable, Sendable {
  // Leaves.
  /// A tensor of the prompt that is handed in from outside.
  case input(String)
  /// A trained tensor; the same for all prompts.
  case parameter(String)
  case constant([Double])
  case random(RandomSource)
  /// The prompt's weight in a batch mean: 1/B, or 0 for lanes that only fill a tile. Scalar.
  case promptWeight

  // Elementwise. Binary operands have equal shapes: the builder inserts `broadcast`.
  case unary(UnaryOperation)
  case binary(BinaryOperation)
  /// Inputs: condition, value where it is not zero, value where it is zero.
  case select

  // Sums.
  /// One or two inputs.
  case einsum(EinsumSpec)
  /// Removes the axes.
  case reduce(Reduction, axes: [Int])
  /// 1 at the first maximum over the axes, else 0: the derivative of `max`.
  case firstMaximum(axes: [Int])
  /// Sum over the prompts of the batch: from one value a prompt to one value.
  case batchSum

  // Shape.
  case reshape
  /// Axis i of the result is axis permutation[i] of the input.
  case transpose([Int])
  case slice(start: [Int], stop: [Int], stride: [Int])
  /// Inputs in order along the axis.
  case concatenate(axis: Int)
  /// `interior` values are put between neighbours along each axis.
  case pad(before: [Int], after: [Int], interior: [Int], value: Double)
  /// Aligned at the last axes.
  case broadcast
  /// Inputs: values, indices (rank 1).
  case gather(axis: Int)
  /// Inputs: values, indices. Adds row i of values to row indices[i] of zeros with this extent.
  case scatterAdd(axis: Int, extent: Int)

  // Along an axis.
  /// Inputs: scores, and a mask of the same shape if `masked`.
  case softmax(axis: Int, masked: Bool)
  case cumulativeSum(axis: Int, exclusive: Bool, reverse: Bool)
  /// h[t] = a[t] h[t-1] + b[t] along axis 0. Inputs: a, b, and h[-1] if `initial`.
  case linearRecurrence(reverse: Bool, initial: Bool)
  /// Inputs: initial carries, sequences, shared. Its values are read with `result`.
  case scan(ScanBody)
  /// One result of a scan: its last carries, then its stacked outputs.
  case result(Int)

  // Larger.
  /// Inputs: A [..., n, n] symmetric positive definite, B [..., n, k]. X with A X = B.
  case solve
  /// Input: A1 [..., n, n] symmetric positive definite with further rows B below, [..., m, n]. L1 with
  /// L1 L1ᵀ = A1, and B L1⁻ᵀ below.
  case cholesky
  case custom(CustomOperation)
  /// The gradient of a custom operation for one input. Inputs: its inputs, output, output gradient.
  case customPullback(CustomOperation, input: Int)
}

public enum UnaryOperation: UInt32, Hashable, Sendable, CaseIterable {
  case negate = 1
  case exp, log, sqrt, rsqrt, reciprocal, square, abs, sign, sin, cos, tanh, sigmoid, softplus
  case relu, gelu, silu, erf, floor, stopGradient
}

public enum BinaryOperation: UInt32, Hashable, Sendable, CaseIterable {
  case add = 1
  case subtract, multiply, divide, maximum, minimum, power, less, equal
}

public enum Reduction: UInt32, Hashable, Sendable, CaseIterable {
  case sum = 1
  case mean, max
}

/// A named source of random numbers. Equal sources give equal numbers.
public struct RandomSource: Hashable, Sendable {
  public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
    case uniform = 1
    case normal, orthogonal, permutation
    /// The prompt's number within its step, [1]: not drawn, but as reproducible.
    case index
  }
  public enum Scope: UInt32, Hashable, Sendable {
    case prompt = 0
    case run
  }
  public var kind: Kind
  public var scope: Scope
  public var stream: String

  public init(kind: Kind, scope: Scope, stream: String) {
    self.kind = kind
    self.scope = scope
    self.stream = stream
  }
}

/// Which axes are multiplied, kept and summed: one label an axis, equal labels run together.
///
/// Labels are numbered by first appearance, so equal contractions compare equal.
public struct EinsumSpec: Hashable, Sendable {
  public var left: [Int]
  /// nil for a single operand.
  public var right: [Int]?
  public var output: [Int]

  public init(left: [Int], right: [Int]?, output: [Int]) {
    var numbers: [Int: Int] = [:]
    func number(_ labels: [Int]) -> [Int] {
      labels.map { label in
        if let known = numbers[label] { return known }
        numbers[label] = numbers.count
        return numbers.count - 1
      }
    }
    self.left = number(left)
    self.right = right.map(number)
    self.output = number(output)
  }

  public var text: String {
    func letters(_ labels: [Int]) -> String {
      String(labels.map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
    }
    return letters(left) + (right.map { "," + letters($0) } ?? "") + "->" + letters(output)
  }
}

/// The body of a scan: a graph of its own, one step long.
public final class ScanBody: Hashable, Sendable {
  public let graph: Graph
  public let carries: [NodeID]
  public let slices: [NodeID]
  public let shared: [NodeID]
  public let nextCarries: [NodeID]
  public let outputs: [NodeID]
  public let length: Int
  public let reverse: Bool
  /// The same scan with fewer outputs, of which this one's first outputs are the outputs.
  public let extends: ScanBody?

  public init(
    graph: Graph, carries: [NodeID], slices: [NodeID], shared: [NodeID], nextCarries: [NodeID],
    outputs: [NodeID], length: Int, reverse: Bool, extends: ScanBody? = nil
  ) {
    self.graph = graph
    self.carries = carries
    self.slices = slices
    self.shared = shared
    self.nextCarries = nextCarries
    self.outputs = outputs
    self.length = length
    self.reverse = reverse
    self.extends = extends
  }

  public static func == (a: ScanBody, b: ScanBody) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// An operation computed by a plugin on raw buffers, `count` prompts at once, row-major.
public final class CustomOperation: Hashable, Sendable {
  public typealias Forward<Scalar> =
    @Sendable (
      _ count: Int, _ inputs: [UnsafePointer<Scalar>], _ output: UnsafeMutablePointer<Scalar>
    ) throws -> Void
  public typealias Pullback<Scalar> =
    @Sendable (
      _ count: Int, _ inputs: [UnsafePointer<Scalar>], _ output: UnsafePointer<Scalar>,
      _ outputGradient: UnsafePointer<Scalar>, _ inputGradients: [UnsafeMutablePointer<Scalar>]
    ) throws -> Void

  public let name: String
  public let shape: Shape
  public let forward: Forward<Double>
  public let pullback: Pullback<Double>?
  public let forwardSingle: Forward<Float>?
  public let pullbackSingle: Pullback<Float>?
  /// Where a call takes microseconds however few prompts it is for.
  public let gathered: GatheredCalls<Double>?
  public let gatheredSingle: GatheredCalls<Float>?

  public init(
    name: String, shape: Shape, forward: @escaping Forward<Double>, pullback: Pullback<Double>?,
    forwardSingle: Forward<Float>? = nil, pullbackSingle: Pullback<Float>? = nil,
    gathered: GatheredCalls<Double>? = nil, gatheredSingle: GatheredCalls<Float>? = nil
  ) {
    self.gathered = gathered
    self.gatheredSingle = gatheredSingle
    self.name = name
    self.shape = shape
    self.forward = forward
    self.pullback = pullback
    self.forwardSingle = forwardSingle
    self.pullbackSingle = pullbackSingle
  }

  public static func == (a: CustomOperation, b: CustomOperation) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Many calls of a custom operation made at once, on buffers that are its own.
///
/// The operation is called for every `piece` of the `count` prompts, with the same results as by
/// calls one after the other.
public struct GatheredCalls<Scalar>: Sendable {
  /// Writes the inputs of all prompts; of a pullback also the output, and the gradient of that.
  public typealias Fill = (_ inputs: [UnsafeMutablePointer<Scalar>]) -> Void
  /// Reads the result of all prompts.
  public typealias Read = (_ result: UnsafePointer<Scalar>) -> Void
  public typealias Forward =
    @Sendable (_ count: Int, _ piece: Int, _ fill: Fill, _ read: Read) throws -> Void
  public typealias Pullback =
    @Sendable (_ input: Int, _ count: Int, _ piece: Int, _ fill: Fill, _ read: Read) throws -> Void

  public let forward: Forward
  /// The gradient of one input.
  public var pullback: Pullback?

  public init(forward: @escaping Forward) { self.forward = forward }
}
