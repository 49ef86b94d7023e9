internal import CICL
internal import ICLEngine
internal import ICLGraph
internal import ICLPlugins
internal import Synchronization

extension Specimen {
  func task() throws -> TaskInstance {
    let made = try trial.call(label("signature")) {
      try component.task(lent: pointer, memory: trial)
    }
    guard let made else { throw Inapplicable(reason: "it is no task") }
    return made
  }

  var samplesByItself: Bool { component.taskTable?.sample != nil }

  /// Prompts first ..< first + count.
  func draw(_ task: TaskInstance, first: Int, count: Int, threads: Int = 1) throws -> Prompts {
    guard samplesByItself else {
      var graph = Graph()
      let nodes = try trial.call(label("declare")) { try task.declare(in: &graph) }
      let names = task.signature.tensors.map(\.name)
      let program = try Program(
        graph, roots: names.map { nodes[$0]! }, seed: trial.seed,
        configuration: EngineConfiguration(precision: .double, threads: threads))
      try trial.call(label("the graph")) {
        try program.run(
          Program.Batch(step: 3, firstPrompt: UInt64(first), count: count, weight: 1))
      }
      var tensors: [String: [Double]] = [:]
      for (index, tensor) in task.signature.tensors.enumerated() {
        tensors[tensor.name] = everyPrompt(program.values(of: index), count, tensor.shape)
      }
      return Prompts(
        signature: task.signature, count: count, tensors: tensors, source: name)
    }
    let buffers = sampleBuffers(task, count)
    try call(sample: buffers, first: first, count: count)
    var tensors: [String: [Double]] = [:]
    for (tensor, buffer) in zip(task.signature.tensors, buffers) {
      tensors[tensor.name] = buffer.values()
    }
    return Prompts(signature: task.signature, count: count, tensors: tensors, source: name)
  }

  func sampleBuffers(_ task: TaskInstance, _ count: Int) -> [GuardedBuffer] {
    task.signature.tensors.map {
      trial.output("tensor \($0.name)", $0.shape.count * count, as: Double.self)
    }
  }

  func call(sample buffers: [GuardedBuffer], first: Int, count: Int) throws {
    guard let sample = component.taskTable?.sample else {
      throw Inapplicable(reason: "it declares its prompts as a graph")
    }
    let table = trial.mutablePointers(
      buffers.map { Optional($0.address.assumingMemoryBound(to: Double.self)) })
    let source = DrawSource(seed: trial.seed)
    let draw = trial.structure("the icl_draw", source.table)
    try trial.status(label("sample")) { error in
      withExtendedLifetime(source) {
        sample(pointer, draw, UInt64(first), UInt64(count), table, error)
      }
    }
    if let complaint = source.complaint.withLock({ $0 }) { throw Finding(sentence: complaint) }
  }

  /// Losses of given predictions [count, positions], and of the oracle if there is one.
  func losses(
    _ task: TaskInstance, _ prompts: Prompts, predictions: [Double]
  ) throws -> (losses: [Double], oracle: [Double]?) {
    var graph = Graph()
    var tensors: [String: NodeID] = [:]
    for tensor in prompts.signature.tensors {
      tensors[tensor.name] = graph.input(tensor.name, tensor.shape)
    }
    let given = graph.input("given predictions", prompts.signature.targetShape)
    let scope = PromptScope(tensors)
    var roots = [
      try trial.call(label("loss")) { try task.loss(in: &graph, predictions: given, scope: scope) }
    ]
    let best = try trial.call(label("oracle")) { try task.oracle(in: &graph, scope: scope) }
    if let best {
      roots.append(try task.loss(in: &graph, predictions: best, scope: scope))
    }
    var inputs = prompts.tensors
    inputs["given predictions"] = predictions
    let program = try Program(
      graph, roots: roots, seed: trial.seed,
      configuration: EngineConfiguration(precision: .double))
    try trial.call(label("the graph")) {
      try program.run(
        Program.Batch(step: 3, firstPrompt: 0, count: prompts.count, weight: 1, inputs: inputs))
    }
    let shape = Shape([prompts.signature.positions])
    return (
      everyPrompt(program.values(of: 0), prompts.count, shape),
      best == nil ? nil : everyPrompt(program.values(of: 1), prompts.count, shape)
    )
  }

  func exerciseTask(_ plan: Exercise) throws -> Transcript {
    var transcript = Transcript()
    let task = try task()
    let prompts = try draw(task, first: 0, count: plan.count, threads: plan.threads)
    for tensor in prompts.signature.tensors {
      transcript.add(tensor.name, prompts.tensors[tensor.name]!)
    }
    let halves = prompts.tensors["target"]!.map { $0 / 2 }
    let (losses, oracle) = try losses(task, prompts, predictions: halves)
    transcript.add("losses", losses)
    if let oracle { transcript.add("oracle losses", oracle) }
    return transcript
  }
}

/// The numbers of a sample, as pure functions of their names.
final class DrawSource: Sendable {
  let seed: UInt64
  let complaint = Mutex<String?>(nil)

  init(seed: UInt64) { self.seed = seed }

  var table: icl_draw {
    icl_draw(
      struct_size: UInt32(MemoryLayout<icl_draw>.size), reserved: 0,
      state: Unmanaged.passUnretained(self).toOpaque(),
      uniform: { DrawSource.draw($0, $1, $2, $3, $4, isNormal: false) },
      normal: { DrawSource.draw($0, $1, $2, $3, $4, isNormal: true) })
  }

  private static func draw(
    _ state: UnsafeMutableRawPointer?, _ stream: UnsafePointer<CChar>?, _ prompt: UInt64,
    _ count: UInt64, _ values: UnsafeMutablePointer<Double>?, isNormal: Bool
  ) {
    guard let state else { return }
    let source = Unmanaged<DrawSource>.fromOpaque(state).takeUnretainedValue()
    guard let stream, let values, count < 1 << 30 else {
      return source.complaint.withLock { $0 = "it asked for numbers of no stream, or to nowhere" }
    }
    let buffer = UnsafeMutableBufferPointer(start: values, count: Int(count))
    let (seed, name) = (source.seed, String(cString: stream))
    if isNormal {
      PhiloxNumbers().normal(seed: seed, stream: name, step: 3, prompt: prompt, into: buffer)
    } else {
      PhiloxNumbers().uniform(seed: seed, stream: name, step: 3, prompt: prompt, into: buffer)
    }
  }
}
