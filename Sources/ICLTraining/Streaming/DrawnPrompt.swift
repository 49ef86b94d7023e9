import ICLGraph
import ICLPlugins

/// One prompt of a task, as an evaluation draws it, and what a model predicts for the whole of it.
public struct DrawnPrompt {
  /// Row by row.
  public let x, y, target: [[Double]]
  /// At the scored positions, from the whole prompt at once.
  public let predictions: [[Double]]
  public let signature: Signature

  /// - Parameter number: of the prompt in an evaluation with the run's seed.
  public init(_ given: GivenModel, number: Int) throws(Failure) {
    let run = given.run
    let composition = try run.compose()
    signature = composition.signature
    let model = try ComposedModel(
      composition, model: run.model, task: run.task, options: run.options,
      parameters: given.parameters)
    let names = ["x", "y", "target"]
    let nodes = try names.map { (name) throws(Failure) in
      guard let node = composition.tensors[name] else {
        throw Failure(
          .configuration, key: "task", "its prompts have no '\(name)': pairs are needed.")
      }
      return node
    }
    let values = try model.reader(of: nodes + [composition.predictions], in: composition.graph)
      .values(first: number, count: 1, weight: 1)
    let (d, o) = (composition.signature.inputDimension, composition.signature.outputDimension)
    func rows(_ values: [Double], _ width: Int) -> [[Double]] {
      stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
    x = rows(values[0], d)
    y = rows(values[1], o)
    target = rows(values[2], o)
    predictions = rows(values[3], o)
  }
}
