import CICL

/// A measurement of an evaluation, which comes in chunks of prompts.
public protocol Metric: Component {
  static var needs: MetricNeeds { get }
  func begin(_ task: Signature) throws -> any Accumulator
}

/// A metric that lets the host compute values for every prompt.
public protocol DeclaringMetric: Metric {
  /// What chunks shall hold, by name. May read every tensor of the signature, "predictions",
  /// "losses" and the named values of the model with `input`, and differentiate with `gradient`.
  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)]
}

/// Takes the chunks of one evaluation in order, then reports.
public protocol Accumulator: AnyObject {
  /// Where the run stands; called once, before the chunks. Does nothing by default.
  func observe(_ snapshot: Snapshot) throws
  func accumulate(_ chunk: Chunk) throws
  func finish(_ report: Report) throws
}

extension Accumulator {
  public func observe(_ snapshot: Snapshot) throws {}
}

public struct MetricNeeds: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let predictions = MetricNeeds(rawValue: ICL_NEEDS_PREDICTIONS)
  public static let latents = MetricNeeds(rawValue: ICL_NEEDS_LATENTS)
  public static let oracle = MetricNeeds(rawValue: ICL_NEEDS_ORACLE)
  public static let inputs = MetricNeeds(rawValue: ICL_NEEDS_INPUTS)
  public static let parameters = MetricNeeds(rawValue: ICL_NEEDS_PARAMETERS)
  /// The parameters before training.
  public static let start = MetricNeeds(rawValue: ICL_NEEDS_START)
}

/// Some prompts of an evaluation. Values are row-major, prompt outermost.
public struct Chunk {
  /// Prompts in this chunk.
  public let count: Int
  /// [count, positions, outputs]; empty unless asked for.
  public let predictions: UnsafeBufferPointer<Double>
  public let targets: UnsafeBufferPointer<Double>
  /// [count, positions].
  public let losses: UnsafeBufferPointer<Double>
  /// [count, positions]; nil without an oracle.
  public let oracleLosses: UnsafeBufferPointer<Double>?
  let source: icl_chunk

  init(_ source: icl_chunk, _ task: Signature) {
    func buffer(_ start: UnsafePointer<Double>?, _ elements: Int) -> UnsafeBufferPointer<Double> {
      UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(source.count) * elements)
    }
    count = Int(source.count)
    predictions = buffer(source.predictions, task.positions * task.outputDimension)
    targets = buffer(source.targets, task.positions * task.outputDimension)
    losses = buffer(source.losses, task.positions)
    oracleLosses = source.oracle_losses.map { buffer($0, task.positions) }
    self.source = source
  }

  /// count tensors, or nil if there is none of this name.
  public func latent(_ name: String) -> UnsafeBufferPointer<Double>? {
    values(name, source.latents, source.latent_count)
  }

  /// count tensors, or nil if there is none of this name.
  public func input(_ name: String) -> UnsafeBufferPointer<Double>? {
    values(name, source.inputs, source.input_count)
  }

  /// count tensors, or nil if the metric declared none of this name.
  public func declared(_ name: String) -> UnsafeBufferPointer<Double>? {
    values(name, source.declared, source.declared_count)
  }

  private func values(
    _ name: String, _ all: UnsafePointer<icl_named_values>?, _ number: UInt32
  ) -> UnsafeBufferPointer<Double>? {
    UnsafeBufferPointer(start: all, count: all == nil ? 0 : Int(number))
      .first { String(cString: $0.name) == name }
      .map { UnsafeBufferPointer(start: $0.values, count: count * Int($0.elements)) }
  }
}
