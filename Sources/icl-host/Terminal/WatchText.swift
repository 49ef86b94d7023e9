import ICLTraining

/// What `run --watch` says of a plugin that was built anew.
enum WatchText {
  static func lines(_ change: WatchedRun.Change) -> [String] {
    var seen: Set<String> = []
    var lines: [String] = []
    for plugin in change.plugins where seen.insert(plugin.path).inserted {
      lines.append(
        "loaded \(plugin.path) anew: "
          + (plugin.before == plugin.after
            ? plugin.after : "\(plugin.before) is now \(plugin.after)"))
    }
    lines += change.parameters.lines.map { "  parameter \($0)" }
    if change.parameters.isEmpty { lines.append("  the parameters are the same") }
    if let step = change.step {
      lines.append("going on from step \(NumberText.count(step))")
    } else {
      lines.append(
        "starting again" + (change.reason.isEmpty ? "" : ", since \(change.reason)"))
    }
    return lines
  }
}
