internal import CICL

/// The functions of a component, by its kind.
enum Interface {
  case model(icl_model)
  case task(icl_task)
  case metric(icl_metric)
  case optimizer(icl_optimizer)
}

extension TableReader {
  /// Reads and checks a component's functions.
  func interface(
    _ pointer: UnsafeRawPointer?, _ kind: ComponentKind, _ what: String
  ) throws(PluginError) -> Interface {
    let table = "the interface of \(what)"
    switch kind {
    case .model:
      let model: icl_model = try read(pointer, table)
      try exactlyOne(model.build != nil, "build", model.predict != nil, "predict", what)
      return .model(model)
    case .task:
      let task: icl_task = try read(pointer, table)
      guard task.signature != nil else {
        throw refuse(.missingFunction, "\(what) has no signature function.")
      }
      try exactlyOne(task.declare != nil, "declare", task.sample != nil, "sample", what)
      return .task(task)
    case .metric:
      let metric: icl_metric = try read(pointer, table)
      guard metric.begin != nil, metric.accumulate != nil, metric.finish != nil else {
        throw refuse(.missingFunction, "\(what) needs begin, accumulate and finish.")
      }
      guard MetricNeeds.known.isSuperset(of: MetricNeeds(rawValue: metric.needs)) else {
        throw refuse(
          .badTable,
          "\(what) needs something that this host does not know (needs \(metric.needs)).",
          hint: "Use a newer host.")
      }
      return .metric(metric)
    case .optimizer:
      let optimizer: icl_optimizer = try read(pointer, table)
      try exactlyOne(optimizer.step != nil, "step", optimizer.minimize != nil, "minimize", what)
      guard optimizer.state_count <= 64 else {
        throw refuse(
          .badTable, "\(what) wants \(optimizer.state_count) state arrays; at most 64 are given.")
      }
      return .optimizer(optimizer)
    }
  }

  private func exactlyOne(
    _ first: Bool, _ firstName: String, _ second: Bool, _ secondName: String, _ what: String
  ) throws(PluginError) {
    guard first != second else {
      throw refuse(
        .missingFunction,
        "\(what) has \(first ? "both" : "neither") \(firstName) \(first ? "and" : "nor") "
          + "\(secondName); exactly one is expected.")
    }
  }
}
