internal import CICL
internal import ICLEngine
internal import ICLGraph
internal import ICLPlugins

/// What a metric is shown: prompts with their answers, the graph that these are from, and where the
/// run stands.
final class Scene {
  let prompts: Prompts
  private let graph: Graph
  /// The prompt's tensors, named values of the model, "predictions", "losses".
  private let nodes: [String: NodeID]
  private let oracle: NodeID?
  /// As they are, and as they were; nil where there is no model.
  private let parameters: ParameterStore?
  private let start: ParameterStore?
  private let inputs: [String: [Double]]
  private let settings: [(owner: String, option: OptionDeclaration, value: OptionValue)]
  private let seed: UInt64
  /// By the nodes that were asked for: the same evaluation again is the host's work, not the metric's.
  private var known: [String: [String: [Double]]] = [:]

  init(_ trial: Trial, _ companion: Companion, count: Int) throws {
    prompts = try trial.prompts(companion, count: count)
    seed = trial.seed
    let signature = prompts.signature
    var graph = Graph()
    var tensors: [String: NodeID] = [:]
    for tensor in signature.tensors {
      tensors[tensor.name] = graph.input(tensor.name, tensor.shape)
    }
    var inputs = prompts.tensors
    let all = PromptScope(tensors)
    let predictions: NodeID
    let model = companion.model.flatMap { trial.cast.model($0) }
    if let model, !model.predictsByItself {
      let visible = PromptScope(
        Dictionary(uniqueKeysWithValues: signature.inputs.map { ($0.name, tensors[$0.name]!) }))
      predictions = try model.build(in: &graph, scope: visible, signature: signature)
    } else {
      guard companion.model == nil || model != nil else {
        throw Inapplicable(reason: "the model is not made")
      }
      predictions = graph.input("given predictions", signature.targetShape)
      inputs["given predictions"] =
        try model?.predict(signature: signature, count: prompts.count, inputs: prompts.inputs)
        ?? Self.nearly(prompts.tensors["target"]!, trial)
    }
    let losses: NodeID
    let task = companion.task.flatMap { trial.cast.task($0) }
    if let task {
      losses = try task.loss(in: &graph, predictions: predictions, scope: all)
      oracle = try task.oracle(in: &graph, scope: all)
        .map { try task.loss(in: &graph, predictions: $0, scope: all) }
    } else {
      let difference = try graph.binary(.subtract, predictions, tensors["target"]!)
      losses = try graph.reduce(.sum, graph.unary(.square, difference), axes: [1])
      oracle = nil
    }
    var nodes = graph.names.merging(tensors) { _, tensor in tensor }
    (nodes["predictions"], nodes["losses"]) = (predictions, losses)
    self.nodes = nodes
    self.inputs = inputs
    (start, parameters) =
      graph.parameters.isEmpty ? (nil, nil) : try Self.trained(graph, trial)
    self.graph = graph
    settings =
      Self.settings("task", task?.component, companion.task)
      + Self.settings("model", model?.component, companion.model)
  }

  /// 0.7 target + 0.1 noise
  private static func nearly(_ target: [Double], _ trial: Trial) -> [Double] {
    var numbers = trial.numbers("metric")
    return zip(target, numbers.normal(target.count)).map { 0.7 * $0 + 0.1 * $1 }
  }

  /// Parameters before training, and a little beside it.
  private static func trained(
    _ graph: Graph, _ trial: Trial
  ) throws -> (start: ParameterStore, now: ParameterStore) {
    let start = try ParameterStore(graph, seed: trial.seed, precision: .double)
    let now = try ParameterStore(graph, seed: trial.seed, precision: .double)
    var numbers = trial.numbers("trained")
    for index in now.names.indices {
      let values = now.values(index)
      let moves = numbers.normal(values.count)
      now.set(index, zip(values, moves).map { $0 * (1 + 0.01 * $1) })
    }
    return (start, now)
  }

  private static func settings(
    _ owner: String, _ component: Component?, _ part: Companion.Part?
  ) -> [(owner: String, option: OptionDeclaration, value: OptionValue)] {
    guard let component, let part, let values = try? component.values(part.settings) else {
      return []
    }
    return zip(component.options, values).map { (owner, $0, $1) }
  }

  /// "predictions", "losses", "oracle" where there is one, and what the metric declares, for all
  /// prompts.
  func values(_ specimen: Specimen) throws -> [String: [Double]] {
    var whole = graph
    var roots = ["predictions": nodes["predictions"]!, "losses": nodes["losses"]!]
    roots["oracle"] = oracle
    let metric = specimen.component.metric(lent: specimen.pointer, memory: specimen.trial)
    if let metric {
      let outputs = try specimen.trial.call(specimen.label("declare")) {
        try metric.declare(
          in: &whole, scope: PromptScope(nodes), signature: prompts.signature)
      }
      for (name, node) in outputs { roots["declared " + name] = node }
    }
    let wanted = roots.sorted { $0.key < $1.key }
    let key = "\(whole.nodes.count) \(wanted.map { "\($0.key)=\($0.value.index)" })"
    if let values = known[key] { return values }
    let (simple, kept) = whole.simplified(keeping: wanted.map(\.value))
    let program = try Program(
      simple, roots: kept, seed: seed, configuration: EngineConfiguration(precision: .double),
      parameters: parameters.map { try $0.kept(by: simple) })
    try program.run(
      Program.Batch(
        step: 0, firstPrompt: 0, count: prompts.count, weight: 1 / Double(prompts.count),
        inputs: inputs))
    var values: [String: [Double]] = [:]
    for (index, root) in wanted.enumerated() {
      values[root.key] = everyPrompt(
        program.values(of: index), prompts.count, whole.shape(of: root.value))
    }
    known[key] = values
    return values
  }

  /// Where the run stands.
  func snapshot(_ trial: Trial, needs: UInt32) -> UnsafePointer<icl_snapshot> {
    var raw = icl_snapshot()
    (raw.step, raw.steps) = (7, 20)
    if needs & (ICL_NEEDS_PARAMETERS | ICL_NEEDS_START) != 0 {
      let now = tensors(parameters, trial, made: [1, -2, 3, -4, 5, -6])
      raw.parameter_count = UInt32(now.count)
      raw.parameters = now.start
      if needs & ICL_NEEDS_START != 0 {
        raw.start = tensors(start, trial, made: [1, 2, 3, 4, 5, 6]).start
      }
    }
    let run = [("steps", 20.0), ("batch", 64)].map {
      icl_setting(
        owner: trial.text("run"), name: trial.text($0.0), text: trial.text("\(Int($0.1))"),
        value: $0.1)
    }
    let descent = icl_setting(
      owner: trial.text("optimizer"), name: trial.text("learning-rate"),
      text: trial.text("0.01"), value: 0.01)
    let others = settings.map {
      icl_setting(
        owner: trial.text($0.owner), name: trial.text($0.option.name),
        text: trial.text($0.value.description), value: $0.value.number)
    }
    let all = run + [descent] + others
    raw.settings = UnsafePointer(trial.array("the settings", all))
    raw.setting_count = UInt64(all.count)
    return UnsafePointer(trial.structure("the icl_snapshot", raw))
  }

  private func tensors(
    _ store: ParameterStore?, _ trial: Trial, made: [Double]
  ) -> (start: UnsafePointer<icl_tensor>, count: Int) {
    let all: [(name: String, extents: [UInt64], values: [Double])] =
      store.map { store in
        store.names.indices.map {
          (store.names[$0], store.shapes[$0].extents.map(UInt64.init), store.values($0))
        }
      } ?? [("weights", [2, 3], made)]
    let table = all.map { tensor in
      icl_tensor(
        name: trial.text(tensor.name),
        values: UnsafePointer(trial.array("parameter \(tensor.name)", tensor.values)),
        rank: UInt64(tensor.extents.count),
        extents: UnsafePointer(trial.array("extents", tensor.extents)))
    }
    return (UnsafePointer(trial.array("the parameters", table)), table.count)
  }
}

extension ParameterStore {
  /// The values of those parameters that a graph has.
  fileprivate func kept(by graph: Graph) throws -> ParameterStore {
    let kept = graph.parameters.map(\.name)
    guard kept != names else { return self }
    let store = ParameterStore(
      names: kept, shapes: graph.parameters.map { graph.shape(of: $0.node) }, precision: precision)
    for (place, name) in kept.enumerated() {
      guard let index = names.firstIndex(of: name) else { continue }
      store.set(place, values(index))
    }
    return store
  }
}

extension Trial {
  func scene(_ companion: Companion, count: Int) throws -> Scene {
    guard count == Specimen.evaluated else { return try Scene(self, companion, count: count) }
    return try cast.scene(companion) { try Scene(self, companion, count: count) }
  }
}
