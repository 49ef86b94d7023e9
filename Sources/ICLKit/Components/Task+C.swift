import CICL

extension Task {
  public static var interface: Interface {
    var table = taskTable(self)
    table.declare = { instance, graph, error in
      guarded(error) {
        let graph = try Graph(graph)
        try with(instance, as: TaskInstance.self) {
          for (name, tensor) in try $0.declare(graph) {
            graph.table.output(graph.builder, name, tensor.node)
          }
        }
      }
    }
    return Interface(ICL_TASK, table)
  }

  public func instance() -> AnyObject {
    TaskInstance(self, signature: signature, declare: declare, sample: nil)
  }
}

extension SampledTask {
  public static var interface: Interface {
    var table = taskTable(self)
    table.sample = { instance, draw, first, count, tensors, error in
      guarded(error) {
        guard let draw, let tensors else {
          throw KitError("the host passed no buffers", code: .failed)
        }
        try with(instance, as: TaskInstance.self) { task in
          let buffers = (0..<(try task.storage().signature.tensor_count)).map {
            tensors[Int($0)]!
          }
          try task.sample?(Draw(source: draw.pointee), first, Int(count), buffers)
        }
      }
    }
    return Interface(ICL_TASK, table)
  }

  public func instance() -> AnyObject {
    TaskInstance(self, signature: signature, declare: { _ in [:] }, sample: sample)
  }
}

private final class TaskInstance {
  let task: any Component
  let signature: () throws -> Signature
  let declare: (Graph) throws -> KeyValuePairs<String, Tensor>
  let sample: ((Draw, UInt64, Int, [UnsafeMutablePointer<Double>]) throws -> Void)?
  private let stored: Result<SignatureStorage, any Error>

  init(
    _ task: any Component, signature: @escaping () throws -> Signature,
    declare: @escaping (Graph) throws -> KeyValuePairs<String, Tensor>,
    sample: ((Draw, UInt64, Int, [UnsafeMutablePointer<Double>]) throws -> Void)?
  ) {
    self.task = task
    self.signature = signature
    self.declare = declare
    self.sample = sample
    stored = Result { try SignatureStorage(try signature()) }
  }

  func storage() throws -> SignatureStorage { try stored.get() }
}

/// All but `declare` and `sample`. `loss` and `oracle` are there if the type has them.
private func taskTable(_ type: any Component.Type) -> icl_task {
  var table = icl_task()
  table.struct_size = size(icl_task.self)
  table.signature = { instance, signature, error in
    guarded(error) {
      try with(instance, as: TaskInstance.self) {
        fill(signature, with: try $0.storage().signature)
      }
    }
  }
  if type is any TaskWithLoss.Type {
    table.loss = { instance, graph, predictions, error in
      node(instance, graph, error) { task, graph in
        try (task as? any TaskWithLoss)?.loss(graph, of: Tensor(predictions, in: graph))
      }
    }
  }
  if type is any TaskWithOracle.Type {
    table.oracle = { instance, graph, error in
      node(instance, graph, error) { task, graph in
        try (task as? any TaskWithOracle)?.oracle(graph)
      }
    }
  }
  return table
}

private func node(
  _ instance: UnsafeMutableRawPointer?, _ graph: UnsafePointer<icl_graph>?,
  _ error: UnsafeMutablePointer<icl_error>?,
  _ body: (any Component, Graph) throws -> Tensor?
) -> icl_node {
  var result: icl_node = 0
  _ = guarded(error) {
    let graph = try Graph(graph)
    result = try with(instance, as: TaskInstance.self) { try body($0.task, graph)?.node ?? 0 }
  }
  return result
}
