import ICLEngine
import ICLGraph
import ICLPlugins
import ICLRecords

/// A model for one new x: its prediction and what it keeps.
final class StreamProgram {
  struct StateShape {
    var name: String
    var shape: Shape
  }

  /// In the order of names.
  let states: [StateShape]
  let parameters: ParameterStore
  private let program: Program
  private let precision: Precision

  /// - Parameter states: what was kept before; nil where nothing was.
  init(
    _ run: ResolvedRun, parameters: ParameterStore?, states before: [StateShape]?
  ) throws(Failure) {
    let task = run.task.signature
    typealias Spec = Signature.TensorSpec
    var tensors = [Spec(name: "x", role: .input, shape: [1, task.inputDimension])]
    if before != nil {
      tensors.append(Spec(name: "y", role: .input, shape: [1, task.outputDimension]))
    }
    tensors += (before ?? []).map { Spec(name: $0.name, role: .input, shape: $0.shape) }
    let signature = Signature(
      scoring: .query, contextLength: task.contextLength, inputDimension: task.inputDimension,
      outputDimension: task.outputDimension, positions: 1, tensors: tensors,
      properties: task.properties.merging(["stream": before == nil ? 0 : 1]) { $1 })
    var graph = Graph()
    let inputs = Dictionary(
      uniqueKeysWithValues: tensors.map { ($0.name, graph.input($0.name, $0.shape)) })
    let options = run.options
    precision = options.precision
    let model = run.model
    let prediction = try failing {
      try model.build(in: &graph, scope: PromptScope(inputs), signature: signature)
    }
    let kept = graph.names.filter { $0.key.split(separator: ".").contains("state") }
      .sorted { $0.key < $1.key }
    states = kept.map { [graph] in StateShape(name: $0.key, shape: graph.shape(of: $0.value)) }
    let roots = [prediction] + kept.map(\.value)
    let whole = graph
    (self.parameters, program) = try failing {
      let store =
        try parameters
        ?? ParameterStore(whole, seed: options.seed, precision: options.precision)
      let (simple, simpleRoots) = whole.simplified(keeping: roots)
      return (
        store,
        try Program(
          simple, roots: simpleRoots, seed: options.seed,
          configuration: options.engine(precision: options.precision), parameters: store)
      )
    }
  }

  func run(
    _ inputs: [String: [Double]]
  ) throws(Failure) -> (prediction: [Double], kept: [TensorFile.Tensor]) {
    let program = program
    try failing {
      try program.run(
        Program.Batch(step: 0, firstPrompt: 0, count: 1, weight: 1, inputs: inputs))
    }
    let kept = states.enumerated().map { index, state in
      let values = program.values(of: index + 1)
      return TensorFile.Tensor(
        name: state.name, shape: state.shape.extents,
        values: precision == .double ? .double(values) : .float(values.map { Float($0) }))
    }
    return (program.values(of: 0), kept)
  }
}
