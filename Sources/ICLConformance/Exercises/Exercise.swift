internal import CICL
internal import ICLPlugins

/// How a component is put through all that it does.
struct Exercise: Sendable {
  var count = 5
  /// Threads of the engine and of the services.
  var threads = 1
  /// Shuffles chunks and loops.
  var shuffle: UInt64?
}

extension Specimen {
  /// Everything that the component does, once, on small data.
  func exercise(_ plan: Exercise = Exercise()) throws -> Transcript {
    switch component.kind {
    case .model: try exerciseModel(plan)
    case .task: try exerciseTask(plan)
    case .metric: try exerciseMetric(plan)
    case .optimizer: try exerciseOptimizer(plan)
    }
  }
}

extension Trial {
  /// Does a body for every component, and finds for the plugin: one that fails, fails it; where it
  /// is not applicable to any, it is not.
  func everyComponent(
    _ body: (Component) throws -> Verdict
  ) throws -> Verdict {
    var passed: [String] = []
    var reasons: [String] = []
    var alone: [String] = []
    for component in try library().components {
      let name = "\(component.kind) '\(component.id)'"
      do {
        switch try body(component) {
        case .passed(let detail): passed.append(detail)
        case .failed(let detail): return .failed("\(name): \(detail)")
        case .notApplicable(let reason): reasons.append("\(name): \(reason)")
        }
      } catch let error as Inapplicable {
        reasons.append("\(name): \(error.reason)")
      } catch let error as Unaccompanied {
        reasons.append("\(name): \(error.reason)")
        alone.append(name)
      } catch let error as Finding {
        return .failed("\(name): \(error.sentence)")
      } catch let error as Refusal {
        return .failed("\(name): \(error)")
      }
    }
    if passed.isEmpty, let reason = reasons.first { return .notApplicable(reason) }
    var said: [String] = []
    for detail in passed where !said.contains(detail) { said.append(detail) }
    if !alone.isEmpty {
      said.append("not tried, for nothing suits it: \(alone.joined(separator: ", "))")
    }
    return .passed(said.joined(separator: "; "))
  }

  /// Makes every component and exercises it, with the same layout and plan.
  func exerciseAll(
    _ plan: Exercise = Exercise(),
    then: (Specimen, Transcript) throws -> Void = { _, _ in }
  ) throws -> Verdict {
    try everyComponent { component in
      let specimen = try Specimen(self, component)
      let transcript = try specimen.exercise(plan)
      try then(specimen, transcript)
      specimen.destroy()
      return .passed("every function was called")
    }
  }
}
