import ICLRecords

/// Runs that are one curve, with the name of that curve.
public struct RunGroup: Sendable {
  public var label: String
  public var runs: [RunSeries]

  public init(label: String, runs: [RunSeries]) {
    self.label = label
    self.runs = runs
  }
}

extension RunGroup {
  /// Gathers runs.
  ///
  /// `by` names options whose values make a group: `model`, `task.dimension`, or `dimension` where
  /// only one component has it. `over` names options that may differ within a group, while all
  /// others are equal: `seed`. Without either each run is a group. Groups are named for the options
  /// in which they differ.
  public static func groups(
    of runs: [RunSeries], by: [String] = [], over: [String] = []
  ) throws(UnknownOption) -> [RunGroup] {
    let options = runs.map(\.optionTexts)
    func keys(_ names: [String]) throws(UnknownOption) -> [String] {
      var keys: [String] = []
      for name in names { keys.append(try key(name, options)) }
      return keys
    }
    let differing = differingKeys(options)
    var chosen: [String]
    if !by.isEmpty {
      chosen = try keys(by)
    } else if !over.isEmpty {
      let free = try keys(over)
      chosen = differing.filter { !free.contains($0) }
    } else {
      let labels = labels(options.map { values in differing.map { values[$0] } }, differing)
      return zip(runs, labels).map { run, label in
        RunGroup(label: label ?? run.directory.name, runs: [run])
      }.withDistinctLabels
    }
    var order: [[String?]] = []
    var members: [[String?]: [RunSeries]] = [:]
    for (run, values) in zip(runs, options) {
      let identity = chosen.map { values[$0] }
      if members[identity] == nil { order.append(identity) }
      members[identity, default: []].append(run)
    }
    let labels = labels(order, chosen)
    return zip(order, labels).map { identity, label in
      let runs = members[identity] ?? []
      let name = label ?? runs[0].directory.name
      return RunGroup(label: runs.count > 1 ? "\(name) (\(runs.count) runs)" : name, runs: runs)
    }.withDistinctLabels
  }

  /// "heads = 4, gd-ssm"; nil where nothing tells the groups apart. Options of components that are
  /// not the same one are left out.
  private static func labels(_ identities: [[String?]], _ keys: [String]) -> [String?] {
    let others = keys.indices.filter { index in
      !keys[index].contains(".") && Set(identities.map { $0[index] }).count > 1
    }.map { keys[$0] }
    // Each option is named only if it tells some apart that those before it do not.
    var needed: [Int] = []
    var count = 1
    for (index, key) in keys.enumerated()
    where !others.contains(where: { key.hasPrefix("\($0).") }) {
      let apart = Set(identities.map { identity in (needed + [index]).map { identity[$0] } }).count
      guard apart > count || keys.count == 1 else { continue }
      needed.append(index)
      count = apart
    }
    return identities.map { identity in
      let parts = needed.compactMap { index -> String? in
        guard let value = identity[index] else { return nil }
        let key = keys[index]
        return key.contains(".") ? "\(key.split(separator: ".").last ?? "") = \(value)" : value
      }
      return parts.isEmpty ? nil : parts.prefix(4).joined(separator: ", ")
    }
  }

  private static func differingKeys(_ options: [[String: String]]) -> [String] {
    let keys = Set(options.flatMap(\.keys)).filter { key in Set(options.map { $0[key] }).count > 1 }
    return keys.sorted { ($0.contains(".") ? 1 : 0, $0) < ($1.contains(".") ? 1 : 0, $1) }
  }

  private static func key(
    _ name: String, _ options: [[String: String]]
  ) throws(UnknownOption) -> String {
    let known = Set(options.flatMap(\.keys)).sorted()
    if known.contains(name) { return name }
    let matching = known.filter { $0.hasSuffix(".\(name)") }
    guard matching.count == 1 else { throw UnknownOption(name: name, known: known, matching) }
    return matching[0]
  }
}

/// No run says anything about this option, or several components have it.
public struct UnknownOption: Error, Hashable, Sendable, CustomStringConvertible {
  public var name: String
  public var known: [String]
  public var matching: [String]

  init(name: String, known: [String], _ matching: [String]) {
    (self.name, self.known, self.matching) = (name, known, matching)
  }

  public var description: String {
    matching.isEmpty
      ? "no option '\(name)' is recorded in these runs"
      : "'\(name)' may be \(matching.joined(separator: " or "))"
  }
}

extension [RunGroup] {
  /// Groups that would have one name are told apart by those of their experiments or folders.
  fileprivate var withDistinctLabels: [RunGroup] {
    map { group in
      let same = filter { $0.label == group.label }
      guard same.count > 1 else { return group }
      var group = group
      let names = Set(same.map(\.runs[0].displayName))
      let run = group.runs[0]
      let name = names.count == same.count ? run.displayName : run.directory.name
      if name != group.label { group.label += " (\(name))" }
      return group
    }
  }
}

extension RunSeries {
  /// "model", "task" and "optimizer" by their components, and each option by owner and name; what
  /// changes no result (threads, output) is left out.
  var optionTexts: [String: String] {
    var texts = ["model": manifest.model, "task": manifest.task, "optimizer": manifest.optimizer]
      .filter { !$0.value.isEmpty }
    for option in manifest.options where !Self.machineOptions.contains(option.name) {
      texts["\(option.owner).\(option.name)"] = option.valueText
    }
    if texts["run.seed"] == nil, let seed = manifest.seeds["run"] ?? manifest.seeds.first?.value {
      texts["run.seed"] = "\(seed)"
    }
    return texts
  }

  private static let machineOptions: Set = ["threads", "out", "backend", "resume"]
}

extension RunManifest.Option {
  /// As a person would type it.
  var valueText: String {
    switch value {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .real(let number): Numeral.value(number, digits: 12)
    case .null: "none"
    default: value.line
    }
  }
}
