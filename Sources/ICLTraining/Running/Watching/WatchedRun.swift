import ICLEngine
import ICLPlugins
import ICLRecords

/// A run in a process that outlives its plugins: what is built anew is loaded beside the old, and
/// the run is done again, or gone on with where it was paused.
///
/// The catalog must load copies (`TrustGate.copiesAll`): the dynamic loader knows files by name and
/// number, and would answer with the old code. Old copies are never closed.
public final class WatchedRun {
  public enum Outcome: Sendable {
    case finished(RunReport)
    case paused(step: Int, steps: Int)
  }

  /// What came of a change of files.
  public struct Change: Sendable {
    public struct Plugin: Hashable, Sendable {
      public var path: String
      /// Name and version.
      public var before: String
      public var after: String
    }

    public var plugins: [Plugin]
    public var parameters: ParameterChanges
    /// With which the run goes on; nil if it starts again.
    public var step: Int?
    /// Why it starts again, though it was paused; empty if it was not, or goes on.
    public var reason: String
  }

  public private(set) var run: ResolvedRun
  private let catalog: PluginCatalog
  private var course: Course
  private var files: WatchedFiles
  private var isPaused = false

  public init(_ experiment: Experiment, in catalog: PluginCatalog) throws(Failure) {
    self.catalog = catalog
    run = try ResolvedRun(experiment, in: catalog)
    course = try Course(run)
    files = WatchedFiles(Self.paths(of: run))
  }

  /// The plugins whose files are looked at.
  public var paths: [String] { files.paths }

  /// Does what is left of the run.
  public func execute(
    observe: @escaping (RunEvent) -> Void = { _ in }, shouldStop: @escaping () -> Bool
  ) throws(Failure) -> Outcome {
    do throws(Failure) {
      let hooks = Course.Hooks(observer: Unrecorded(), observe: observe, shouldStop: shouldStop)
      let (training, evaluations) = try course.finish(hooks)
      isPaused = false
      return .finished(
        RunReport(
          training: training, parameters: course.composition.parameterCount,
          evaluations: evaluations))
    } catch {
      guard error.status == .stopped else { throw error }
      isPaused = true
      return .paused(step: course.step, steps: run.options.steps)
    }
  }

  /// Looks once whether a plugin's file has changed and is complete.
  public func haveFilesChanged() -> Bool { files.haveChanged() }

  /// Loads what has changed, and prepares the run with it; nil if the files hold what they held.
  ///
  /// After a failure the run is as it was, and the next change of a file may mend it.
  public func reload() throws(Failure) -> Change? {
    files.accept()
    let new = try ResolvedRun(run.experiment, in: catalog)
    let plugins = zip(Self.libraries(of: run), Self.libraries(of: new)).filter { $0 !== $1 }
    guard !plugins.isEmpty else { return nil }
    let next = try Course(new)
    let parameters = ParameterChanges(
      old: course.composition.namedShapes, new: next.composition.namedShapes)
    var change = Change(
      plugins: plugins.map { old, new in
        Change.Plugin(
          path: new.path, before: "\(old.name) \(old.version)",
          after: "\(new.name) \(new.version)")
      }, parameters: parameters, step: nil, reason: "")
    if isPaused {
      change.reason = next.obstacle(to: course, parameters)
      if change.reason.isEmpty {
        try next.goOn(from: course)
        change.step = next.step
      }
    }
    (run, course, isPaused) = (new, next, false)
    return change
  }

  /// In an order that depends on the experiment alone.
  private static func libraries(of run: ResolvedRun) -> [PluginLibrary] {
    var components = [run.model.component, run.task.component]
    if let optimizer = run.optimizer { components.append(optimizer.component) }
    for evaluation in run.evaluations {
      components.append(evaluation.task.component)
      components += evaluation.metrics.map(\.instance.component)
    }
    return components.map(\.library)
  }

  private static func paths(of run: ResolvedRun) -> [String] {
    Array(Set(libraries(of: run).map(\.path))).sorted()
  }
}

/// Nobody writes down what a watched run does.
private final class Unrecorded: CourseObserver {
  func wantsLoss(step: Int) -> Bool { false }
  func trained(step: Int, loss: Double, learningRateScale: Double) {}
  func wantsCheckpoint(step: Int) -> Bool { false }
  func reached(step: Int, _ trainer: Trainer) {}
  func evaluated(step: Int, name: String, _ evaluation: Evaluation) {}
}

extension Course {
  /// Why this cannot go on where another was paused; empty if it can.
  fileprivate func obstacle(to other: Course, _ changes: ParameterChanges) -> String {
    guard changes.isEmpty else { return "the parameters are others" }
    guard let trainer, let old = other.trainer else { return "nothing is trained" }
    if trainer.optimizer.drives || old.optimizer.drives {
      return "the optimizer drives the run, and nobody can go on from its middle"
    }
    if old.isTorn { return "it was broken off within a step" }
    return trainer.state.arrays == old.state.arrays ? "" : "the optimizer keeps another state"
  }

  /// Takes over parameters, optimizer state and step.
  fileprivate func goOn(from other: Course) throws(Failure) {
    guard let trainer, let old = other.trainer else { return }
    let what = "the paused run"
    try trainer.parameters.adopt(old.parameters.fileTensors, from: what)
    try trainer.state.adopt(
      old.state.tensors(for: old.parameters), for: trainer.parameters, from: what)
    try skip(to: other.step)
  }
}

extension Composition {
  fileprivate var namedShapes: [(name: String, shape: [Int])] {
    graph.parameters.map { ($0.name, graph.shape(of: $0.node).extents) }
  }
}
