internal import CICLTrial
internal import Glibc
internal import ICLPlugins

/// Components that others are tried with, and what was found of whom they suit: each is made once a
/// process.
final class Cast {
  /// By component: "metric layer-losses".
  var found: [String: Companion.Found]
  private var tasks: [Companion.Part: TaskInstance?] = [:]
  private var models: [Companion.Part: ModelInstance?] = [:]
  private var prompts: [String: Prompts] = [:]
  /// Models that do not take a task, or do not survive it.
  var unsuited: Set<Companion> = []
  /// Models that do.
  var survivors: Set<Companion> = []
  private var scenes: [Companion: Scene] = [:]

  init(found: [String: Companion.Found]) { self.found = found }

  func task(_ part: Companion.Part) -> TaskInstance? {
    if let made = tasks[part] { return made }
    let made = component(part, .task).flatMap { try? $0.makeTask(part.settings) }
    tasks[part] = .some(made)
    return made
  }

  func model(_ part: Companion.Part) -> ModelInstance? {
    if let made = models[part] { return made }
    let made = component(part, .model).flatMap { try? $0.makeModel(part.settings) }
    models[part] = .some(made)
    return made
  }

  /// Made once for each number of prompts that most checks use.
  func scene(_ companion: Companion, _ make: () throws -> Scene) rethrows -> Scene {
    if let known = scenes[companion] { return known }
    let scene = try make()
    if scenes.count < 256 { scenes[companion] = scene }
    return scene
  }

  func component(_ part: Companion.Part, _ kind: ComponentKind) -> Component? {
    let library = try? PluginLibrary.load(path: part.path, floatingPoint: .warn)
    return library?.components.first { $0.kind == kind && $0.id == part.id }
  }

  /// Of a task, which may be too large for the host.
  func prompts(_ part: Companion.Part, count: Int, seed: UInt64) throws -> Prompts {
    let key = "\(count) \(part)"
    if let drawn = prompts[key] { return drawn }
    guard let task = task(part) else {
      throw Inapplicable(reason: "task \(part.words) is not made")
    }
    let elements = task.signature.tensors.reduce(0) { $0 + $1.shape.count }
    guard elements * count <= 1 << 22 else {
      throw Inapplicable(reason: "the prompts of task \(part.words) are too large")
    }
    let drawn = try Prompts.drawn(task, count: count, seed: seed)
    prompts[key] = drawn
    return drawn
  }
}

extension Trial {
  /// All that a component could be tried with: made-up prompts, tasks, and for a metric models on
  /// tasks, of this plugin and of the catalog. First with their defaults, then with one option
  /// changed.
  func companions(for kind: ComponentKind) -> [Companion] {
    var tasks: [(part: Companion.Part, options: [OptionDeclaration])] = []
    var models = tasks
    let own = (try? library())?.components ?? []
    for component in own {
      let part = Companion.Part(path: path, id: component.id)
      if component.kind == .task { tasks.append((part, component.options)) }
      if component.kind == .model { models.append((part, component.options)) }
    }
    for entry in catalog.all().entries where entry.path != path && entry.path.hasSuffix(".so") {
      let part = Companion.Part(path: entry.path, id: entry.id)
      if entry.kind == .task { tasks.append((part, entry.options)) }
      if entry.kind == .model { models.append((part, entry.options)) }
    }
    if kind != .metric { models = [] }
    let others = tasks.flatMap { task in
      Self.variants(task.options).map { setting in
        Companion.Part(path: task.part.path, id: task.part.id, settings: setting)
      }
    }
    let otherModels = models.flatMap { model in
      Self.variants(model.options).map { setting in
        Companion.Part(path: model.part.path, id: model.part.id, settings: setting)
      }
    }
    let plain = tasks.map(\.part)
    var all = Signature.Scoring.allCases.reversed().map { Companion(scoring: $0) }
    all += plain.map { Companion(task: $0) }
    all += plain.flatMap { task in models.map { Companion(task: task, model: $0.part) } }
    all += others.map { Companion(task: $0) }
    all += others.flatMap { task in models.map { Companion(task: task, model: $0.part) } }
    all += otherModels.flatMap { model in plain.map { Companion(task: $0, model: model) } }
    return all
  }

  /// Made-up prompts, and every task at its defaults.
  var plainTasks: [Companion] {
    companions(for: .model).filter { $0.task?.settings.isEmpty ?? true }
  }

  /// Each other choice of an option, and a small number where 0 means none.
  static func variants(_ options: [OptionDeclaration]) -> [[String: String]] {
    options.flatMap { option -> [[String: String]] in
      let texts: [String] =
        switch option.type {
        case .choice: option.choices.filter { $0 != option.defaultText }
        case .boolean: [option.defaultText == "true" ? "false" : "true"]
        case .integer where option.defaultText == "0" && option.maximum ?? 3 >= 3: ["3"]
        default: []
        }
      return texts.map { [option.name: $0] }
    }
  }
}

extension Trial {
  /// Whether a model comes back from a task, tried in a process of its own: what another plugin does is
  /// not this one's fault.
  func outlives(_ companion: Companion) -> Bool {
    guard companion.model != nil, !cast.survivors.contains(companion) else { return true }
    let process = icl_trial_fork()
    if process == 0 {
      icl_trial_end_with_parent()
      // What is known of faults is the plugin's.
      for signal in [SIGSEGV, SIGBUS] { Glibc.signal(signal, SIG_DFL) }
      let isTaken = (try? Scene(self, companion, count: Specimen.evaluated)) != nil
      _exit(isTaken ? 0 : 1)
    }
    var status: Int32 = 1
    let isTaken = process > 0 && waitpid(process, &status, 0) == process && status == 0
    if isTaken { cast.survivors.insert(companion) }
    return isTaken
  }

  /// Refusals by the component, and models that do not suit a task, after which a search ends.
  private static let (refusals, misfits) = (96, 128)

  /// What a component at its defaults is tried with: the first that it takes, in the order of how
  /// well each answers what it said when it refused others.
  func companion(
    of component: Component, _ scorings: [Signature.Scoring]
  ) throws -> Companion {
    let key =
      "\(component.kind) \(component.id)" + (scorings.count == 1 ? " \(scorings[0])" : "")
    let found = try cast.found[key] ?? search(component, scorings)
    if cast.found[key] == nil {
      cast.found[key] = found
      let known = board.companions + Companion.line(key, found)
      if known.utf8.count < 8000 { board.companions = known }
    }
    switch found {
    case .companion(let companion): return companion
    case .none(let reason): throw Unaccompanied(reason: reason)
    }
  }

  private func search(
    _ component: Component, _ scorings: [Signature.Scoring]
  ) throws -> Companion.Found {
    let specimen = try Specimen(self, component)
    defer { specimen.destroy() }
    var waiting = companions(for: component.kind)
    var known = Set(waiting)
    var heard: Set<String> = []
    var scores = [Int](repeating: 0, count: waiting.count)
    var refusal = ""
    var tried = 0
    var misfits = 0
    while !waiting.isEmpty, tried < Self.refusals, misfits < Self.misfits, !isSpent(0.5) {
      let best = scores.indices.max { (scores[$0], $1) < (scores[$1], $0) }!
      let companion = waiting.remove(at: best)
      scores.remove(at: best)
      let kept = buffers
      do {
        guard try specimen.takes(companion, scorings) else {
          misfits += 1
          continue
        }
        return .companion(companion)
      } catch let error as Finding {
        throw error
      } catch {
        tried += 1
        buffers = kept
        let (place, said) =
          switch error {
          case let error as PluginError: (error.path, error.message)
          case let error as Refusal: (error.path, error.message)
          default: ("", "\(error)")
          }
        if refusal.isEmpty { refusal = "\(error)" }
        for next in companion.asked(said, options) + changes(companion, of: place)
        where known.insert(next).inserted {
          waiting.append(next)
          scores.append(Self.asked)
        }
        let words = Companion.words(said + " " + place)
        guard !words.isSubset(of: heard) else { continue }
        heard.formUnion(words)
        scores = zip(waiting, scores).map { $1 == Self.asked ? $1 : $0.score(heard) }
      }
    }
    let isComplete = !isSpent(0.5)
    return .none(
      isComplete
        ? "it takes none of the prompts that there are: \(refusal)"
        : "nothing that it takes was found in time (a longer one: --limit): \(refusal)")
  }

  /// The score of what a refusal asks for.
  private static let asked = 1 << 20

  private func options(_ part: Companion.Part) -> [OptionDeclaration] {
    (cast.component(part, .task) ?? cast.component(part, .model))?.options ?? []
  }

  /// The same with the option changed that a refusal is about.
  private func changes(_ companion: Companion, of path: String) -> [Companion] {
    let name = String(path.split(separator: ".").last ?? "")
    func changed(_ part: Companion.Part?) -> [Companion.Part] {
      guard let part, part.settings[name] == nil else { return [] }
      let option = options(part).filter { $0.name == name }
      let more = option.compactMap { option -> [String: String]? in
        guard option.type == .integer, let value = Int(option.defaultText),
          Double(value) < option.maximum ?? .infinity
        else { return nil }
        return [name: "\(value + 1)"]
      }
      return (Self.variants(option) + more).map { setting in
        var copy = part
        copy.settings.merge(setting) { _, new in new }
        return copy
      }
    }
    return changed(companion.task).map {
      Companion(scoring: companion.scoring, task: $0, model: companion.model)
    }
      + changed(companion.model).map {
        Companion(scoring: companion.scoring, task: companion.task, model: $0)
      }
  }
}

/// Why a check cannot go on: nothing was found that the component could be tried with.
struct Unaccompanied: Error { let reason: String }
