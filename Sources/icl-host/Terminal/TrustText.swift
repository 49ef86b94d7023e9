import ICLPlugins
import ICLTraining

/// What `registry verify` and `registry doctor` print.
enum TrustText {
  static func plugins(_ plugins: [PluginExamination]) -> String {
    var table = TextTable([
      ("plugin", .left), ("SHA-256", .left), ("who vouches for it", .left),
      ("may be loaded", .left),
    ])
    for plugin in plugins {
      table.add([
        fileName(plugin.path), plugin.digest.map { String($0.prefix(16)) } ?? "-",
        plugin.standing, plugin.refusal.map { "no: \($0.code.rawValue)" } ?? "yes",
      ])
    }
    return table.text
  }

  static func registry(_ examination: RegistryExamination) -> String {
    let keys = examination.keys
    var text = """
      policy       \(examination.policy?.rawValue ?? "none: all is refused") \
      (\(examination.policyOrigin))
      trust store  \(examination.store?.folder ?? "none")
      keys         \(keys.isEmpty ? "none" : keys.joined(separator: ", "))
      lock         \(examination.lockPath ?? "none"): \(count(examination.pins, "pin"))

      search path, first to last

      """
    for folder in examination.folders {
      let state = folder.libraries.map { count($0, "plugin") } ?? "not there"
      text += "  \(folder.path): \(state)\n"
    }
    if !examination.plugins.isEmpty { text += "\n" + plugins(examination.plugins) + "\n" }
    let problems = examination.problems
    let notes = examination.findings.filter { !$0.isProblem }
    text += "\n" + (problems.isEmpty ? "No problems." : count(problems.count, "problem") + ":")
    for finding in problems { text += "\n" + show(finding) }
    if !notes.isEmpty { text += "\n\n" + count(notes.count, "note") + ":" }
    for finding in notes { text += "\n" + show(finding) }
    return text
  }

  private static func show(_ finding: RegistryExamination.Finding) -> String {
    "  \(finding.subject): \(finding.text)" + (finding.fix.isEmpty ? "" : "\n    \(finding.fix)")
  }

  private static func count(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }
}
