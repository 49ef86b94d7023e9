internal import CFFI

/// The steps of a component, ready to run for a job: every address known, every call prepared.
final class ForeignProgram {
  enum Operation {
    case call(ForeignCall)
    case copy(from: ForeignPlace, stride: Int, to: ForeignPlace, toStride: Int, count: Int)
    case fill(ForeignPlace, stride: Int, count: Int, value: Double)
  }

  let symbols: ForeignSymbols
  let job: ForeignJob
  private var prepare: [Operation] = []
  private var passes: [[Operation]] = []
  private var finish: [Operation] = []
  private var closures: [(name: String, closure: ForeignClosure)] = []
  private let memory: ForeignMemory

  /// Checks extents against arguments, then asks the library for the sizes of workspaces.
  ///
  /// - Parameter bases: of the job's arrays, for those questions.
  init(
    _ component: ForeignManifest.Component, _ symbols: ForeignSymbols, _ job: ForeignJob,
    bases: [UnsafeMutablePointer<Double>], marker: ForeignMarker
  ) throws(PluginError) {
    self.symbols = symbols
    self.job = job
    var planner = try ForeignPlanner(component, symbols, job)
    let first = try planner.values(of: job.passes[0])
    try planner.fillStructs(first)
    prepare = try planner.operations(component.prepare, first)
    for pass in job.passes {
      passes.append(try planner.operations(component.steps, try planner.values(of: pass)))
    }
    finish = try planner.operations(component.finish, first)
    closures = planner.closures
    memory = planner.memory
    for question in planner.questions { try question(bases, marker) }
  }

  /// - Parameter bases: of the job's arrays, each of `items` times its elements.
  func run(
    items: Int, bases: [UnsafeMutablePointer<Double>], marker: ForeignMarker,
    objective: ForeignObjective? = nil
  ) throws(PluginError) {
    for (_, closure) in closures { closure.begin(objective) }
    defer { for (_, closure) in closures { closure.objective = nil } }
    try perform(prepare, bases, 0, marker)
    do throws(PluginError) {
      for item in 0..<items {
        for pass in passes { try perform(pass, bases, item, marker) }
      }
    } catch {
      try? perform(finish, bases, 0, marker)
      throw complaint ?? error
    }
    try perform(finish, bases, 0, marker)
    if let complaint { throw complaint }
  }

  /// Whether a callback was told to stop.
  var isStopped: Bool { closures.contains { $0.closure.isStopped } }

  private var complaint: PluginError? {
    closures.lazy.compactMap { name, closure in
      closure.complaint.map {
        PluginError(
          .callFailed, "the library misused the callback '\(name)': \($0).",
          path: self.symbols.path)
      }
    }.first
  }

  private func perform(
    _ operations: [Operation], _ bases: [UnsafeMutablePointer<Double>], _ item: Int,
    _ marker: ForeignMarker
  ) throws(PluginError) {
    for operation in operations {
      switch operation {
      case .call(let call):
        do throws(ForeignCall.Failure) {
          try call.run(bases, item, marker)
        } catch {
          throw PluginError(
            .callFailed, "\(error.message) Item \(item), at \(call.place).", path: symbols.path)
        }
      case .copy(let from, let stride, let to, let toStride, let count):
        let source = from.address(bases, item).assumingMemoryBound(to: Double.self)
        let target = to.address(bases, item).assumingMemoryBound(to: Double.self)
        for index in 0..<count { target[index * toStride] = source[index * stride] }
      case .fill(let place, let stride, let count, let value):
        let target = place.address(bases, item).assumingMemoryBound(to: Double.self)
        for index in 0..<count { target[index * stride] = value }
      }
    }
  }
}
