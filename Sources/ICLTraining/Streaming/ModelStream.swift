import ICLEngine
import ICLGraph
import ICLPlugins
import ICLRecords

/// A recurrent model that sees a prompt pair by pair, and what it keeps between.
///
/// The model is built for one new x, with the property `stream` in its signature: 0 where nothing came
/// before; else 1, with y the label of the x before, and what it named `[scope.]state.NAME` in the step
/// before as inputs. Arithmetic is in the precision of the run, so a state is the same bytes whether it
/// was in memory or in a file.
public final class ModelStream {
  public let run: ResolvedRun
  /// How many x were seen.
  public private(set) var positions = 0
  /// By name, in the order of names.
  public private(set) var state: [TensorFile.Tensor] = []
  private let first: StreamProgram
  private let next: StreamProgram

  public init(_ model: GivenModel) throws(Failure) {
    run = model.run
    guard !run.model.predictsByItself else {
      throw Failure(
        .configuration, key: "model",
        "'\(run.model.component.id)' computes by itself: it has no graph to go token by token.",
        hint: "Leave out --stream.")
    }
    first = try StreamProgram(run, parameters: model.parameters, states: nil)
    let shapes = first.states
    guard !shapes.isEmpty else {
      throw Failure(
        .configuration, key: "model",
        "'\(run.model.component.id)' keeps no state between tokens.",
        hint: "Recurrent models do: gd-ssm, delta-rule, s5, h3, mamba, griffin.")
    }
    next = try StreamProgram(run, parameters: first.parameters, states: shapes)
  }

  /// The prediction at a new x, given the label of the x before it.
  ///
  /// - Parameter label: nil at the first x alone.
  public func predict(_ x: [Double], label: [Double]?) throws(Failure) -> [Double] {
    let signature = run.task.signature
    guard x.count == signature.inputDimension,
      label.map(\.count) ?? signature.outputDimension
        == signature.outputDimension, (label == nil) == (positions == 0)
    else {
      throw Failure(
        .badData, key: "--stream",
        "expected an x of \(signature.inputDimension) numbers"
          + (positions == 0 ? " and no label" : " and a label of \(signature.outputDimension)")
          + ", found \(x.count) and \(label.map { "\($0.count)" } ?? "none").")
    }
    let program = positions == 0 ? first : next
    var inputs = ["x": x]
    if let label {
      inputs["y"] = label
      for tensor in state { inputs[tensor.name] = tensor.values.doubles }
    }
    let (prediction, kept) = try program.run(inputs)
    state = kept
    positions += 1
    return prediction
  }

  /// Bytes of the state.
  public var bytes: Int {
    state.reduce(0) { $0 + $1.values.count } * (run.options.precision == .double ? 8 : 4)
  }
}

extension ModelStream {
  /// Writes the state; the same state gives the same bytes.
  public func save(to path: String) throws(Failure) {
    try failing {
      try TensorFile.write(
        state, metadata: ["model": run.model.component.id, "positions": "\(positions)"], to: path)
    }
  }

  /// Goes on from a state that was saved.
  public func restore(from path: String) throws(Failure) {
    let file = try failing { try TensorFile(reading: path) }
    let expected = first.states.map { "\($0.name) \($0.shape)" }
    let found = file.tensors.map { "\($0.name) \(Shape($0.shape))" }.sorted()
    guard let text = file.metadata["positions"], let count = Int(text), count > 0,
      expected == found
    else {
      throw Failure(
        .badData, key: path,
        "it is not a state of this model: expected "
          + "\(expected.joined(separator: ", ")), found \(found.joined(separator: ", ")).",
        hint: "Give a file that --save wrote for the same model with the same options.")
    }
    (positions, state) = (count, file.tensors.sorted { $0.name < $1.name })
  }
}
