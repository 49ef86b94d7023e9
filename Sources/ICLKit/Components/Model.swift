import CICL

/// A model that describes its computation for one prompt as a graph; the host does the rest.
public protocol Model: Component {
  /// The predictions, of the target's shape [positions, outputs].
  ///
  /// Scored at every prefix, the prediction at position k may depend on x[0...k] and y[0..<k] only.
  func build(_ graph: Graph, for task: Signature) throws -> Tensor
}

/// A model without parameters that computes its predictions by itself.
public protocol Predictor: Component {
  /// count prompts at once, from any thread.
  ///
  /// inputs[k] holds count tensors, one behind the other, in the order of the inputs in the
  /// signature; predictions receives count tensors of the target's shape.
  func predict(
    _ task: Signature, count: Int, inputs: [UnsafePointer<Double>],
    predictions: UnsafeMutablePointer<Double>
  ) throws
}

extension Model {
  public static var interface: Interface { Interface(ICL_MODEL, graphModel) }
  public func instance() -> AnyObject { ModelInstance(self) }
}

extension Predictor {
  public static var interface: Interface { Interface(ICL_MODEL, rawModel) }
  public func instance() -> AnyObject { PredictorInstance(self) }
}

private final class ModelInstance {
  let model: any Model
  init(_ model: any Model) { self.model = model }
}

private final class PredictorInstance {
  let predictor: any Predictor
  init(_ predictor: any Predictor) { self.predictor = predictor }
}

private let graphModel = icl_model(
  struct_size: size(icl_model.self), reserved: 0,
  build: { instance, graph, task, error in
    var result: icl_node = 0
    _ = guarded(error) {
      let graph = try Graph(graph)
      let task = try Signature(task)
      result = try with(instance, as: ModelInstance.self) {
        try $0.model.build(graph, for: task).node
      }
    }
    return result
  }, predict: nil)

private let rawModel = icl_model(
  struct_size: size(icl_model.self), reserved: 0, build: nil,
  predict: { instance, task, count, inputs, predictions, error in
    guarded(error) {
      let task = try Signature(task)
      guard let inputs, let predictions else {
        throw KitError("the host passed no buffers", code: .failed)
      }
      let pointers = try task.tensors.filter { $0.role == .input }.enumerated().map {
        guard let pointer = inputs[$0.offset] else {
          throw KitError("the host passed no values", path: $0.element.name, code: .failed)
        }
        return pointer
      }
      try with(instance, as: PredictorInstance.self) {
        try $0.predictor.predict(
          task, count: Int(count), inputs: pointers, predictions: predictions)
      }
    }
  })
