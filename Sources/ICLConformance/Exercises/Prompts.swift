internal import ICLEngine
internal import ICLGraph
internal import ICLPlugins
internal import ICLRandom

/// Some prompts, to try models and metrics on.
struct Prompts: Sendable {
  var signature: Signature
  var count: Int
  /// count tensors each.
  var tensors: [String: [Double]]
  /// Where they are from: "made up", "task 'ridge'".
  var source: String

  var inputs: [[Double]] { signature.inputs.map { tensors[$0.name]! } }

  /// The given prompts, in this order.
  func picking(_ chosen: [Int]) -> Prompts {
    var copy = self
    copy.count = chosen.count
    for tensor in signature.tensors {
      let size = tensor.shape.count
      let values = tensors[tensor.name]!
      copy.tensors[tensor.name] = chosen.flatMap { values[$0 * size..<($0 + 1) * size] }
    }
    return copy
  }

  /// Linear regression: y = x w + noise, w and x normal.
  static func made(
    _ scoring: Signature.Scoring, count: Int, _ numbers: inout Numbers, contextLength n: Int = 6,
    dimension d: Int = 3
  ) -> Prompts {
    let positions = scoring == .query ? 1 : n + 1
    let signature = Signature(
      scoring: scoring, contextLength: n, inputDimension: d, outputDimension: 1,
      positions: positions,
      tensors: [
        .init(name: "x", role: .input, shape: [n + 1, d]),
        .init(name: "y", role: .input, shape: [n, 1]),
        .init(name: "target", role: .target, shape: [positions, 1]),
        .init(name: "w", role: .latent, shape: [d, 1]),
      ], properties: ["noise-variance": 0.25, "prior-variance": 1])
    let x = numbers.normal(count * (n + 1) * d)
    let w = numbers.normal(count * d)
    let noise = numbers.normal(count * (n + 1))
    let labels = (0..<count * (n + 1)).map { row -> Double in
      let prompt = row / (n + 1)
      return (0..<d).reduce(0.5 * noise[row]) { $0 + x[row * d + $1] * w[prompt * d + $1] }
    }
    let y = (0..<count).flatMap { labels[$0 * (n + 1)..<$0 * (n + 1) + n] }
    let target =
      scoring == .query ? (0..<count).map { labels[$0 * (n + 1) + n] } : labels
    return Prompts(
      signature: signature, count: count, tensors: ["x": x, "y": y, "target": target, "w": w],
      source: "made-up prompts")
  }

  /// Of a task, with its defaults.
  static func drawn(_ task: TaskInstance, count: Int, seed: UInt64) throws -> Prompts {
    var tensors: [String: [Double]] = [:]
    if task.declares {
      var graph = Graph()
      let nodes = try task.declare(in: &graph)
      let names = nodes.keys.sorted()
      let (kept, roots) = graph.simplified(keeping: names.map { nodes[$0]! })
      let program = try Program(
        kept, roots: roots, seed: seed,
        configuration: EngineConfiguration(precision: .double))
      try program.run(Program.Batch(step: 0, firstPrompt: 0, count: count, weight: 1))
      for (index, name) in names.enumerated() {
        tensors[name] = everyPrompt(program.values(of: index), count, graph.shape(of: nodes[name]!))
      }
    } else {
      tensors = try task.sample(
        seed: seed, step: 0, first: 0, count: count, random: PhiloxNumbers())
    }
    return Prompts(
      signature: task.signature, count: count, tensors: tensors,
      source: "task '\(task.component.id)'")
  }
}

/// What is the same for all prompts, once for each.
func everyPrompt(_ values: [Double], _ count: Int, _ shape: Shape) -> [Double] {
  values.count == shape.count * count ? values : (0..<count).flatMap { _ in values }
}

/// The streams of a run, for tasks that sample by themselves.
struct PhiloxNumbers: RandomStreams {
  func uniform(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>
  ) { source(seed, stream, step, prompt).uniform(into: values) }

  func normal(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>
  ) { source(seed, stream, step, prompt).normal(into: values) }

  private func source(
    _ seed: UInt64, _ stream: String, _ step: UInt64, _ prompt: UInt64
  ) -> PromptStream {
    PromptStream(
      key: StreamKey(seed: seed, stream: stream, scope: .prompt), step: step, prompt: prompt)
  }
}

extension Trial {
  /// The prompts of a companion.
  func prompts(_ companion: Companion, count: Int) throws -> Prompts {
    guard let task = companion.task else {
      var numbers = numbers("prompts.\(companion.scoring)")
      return .made(companion.scoring, count: count, &numbers)
    }
    return try cast.prompts(task, count: count, seed: seed)
  }

  /// What a body makes of prompts that a component takes.
  ///
  /// With its defaults they are always of the same companion; otherwise also others are tried.
  func accepted<Result>(
    _ specimen: Specimen, count: Int,
    _ scorings: [Signature.Scoring] = [.everyPrefix, .query],
    _ body: (Prompts) throws -> Result
  ) throws -> (prompts: Prompts, result: Result) {
    var refusal = ""
    for companion in try companions(of: specimen, scorings) {
      do {
        let prompts = try prompts(companion, count: count)
        guard scorings.contains(prompts.signature.scoring) else { continue }
        return (prompts, try body(prompts))
      } catch let error as PluginError {
        refusal = error.description
      } catch let error as Refusal {
        refusal = error.description
      }
    }
    throw Unaccompanied(reason: "it takes none of the prompts that there are: \(refusal)")
  }

  /// In the order in which they are tried.
  func companions(
    of specimen: Specimen, _ scorings: [Signature.Scoring] = [.everyPrefix, .query]
  ) throws -> [Companion] {
    guard !specimen.isPlain else { return [try companion(of: specimen.component, scorings)] }
    let usual = try? companion(of: specimen.component, scorings)
    let made = scorings.map { Companion(scoring: $0) }
    return [usual].compactMap { $0 } + made.filter { $0 != usual }
  }
}
