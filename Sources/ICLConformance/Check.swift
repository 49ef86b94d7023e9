/// One thing that a plugin must hold, tried in a process of its own.
public struct Check: Sendable {
  /// "memory.leaks": its group and its name.
  public let id: String
  /// What holds if it passes.
  public let title: String
  /// What an author does if it fails.
  public let fix: String
  /// Checks without which this one means nothing; it is not done where one of them fails.
  public let needs: [String]
  let run: @Sendable (Trial) throws -> Verdict

  init(
    _ id: String, _ title: String, fix: String, needs: [String] = [],
    run: @escaping @Sendable (Trial) throws -> Verdict
  ) {
    self.id = id
    self.title = title
    self.fix = fix
    self.needs = needs
    self.run = run
  }

  /// All of them, in the order in which they are shown.
  public static let all: [Check] =
    binaryFile + binaryProcess + protocolChecks + optionChecks + numericChecks + customChecks
    + memoryChecks + determinismChecks + faultChecks
}

/// How a check ended.
public enum Verdict: Hashable, Sendable {
  case passed(String)
  case failed(String)
  case notApplicable(String)

  /// Passed, unless something was found; the first few findings are said.
  static func nothing(in findings: [String], of what: String) -> Verdict {
    if findings.isEmpty { return .passed(what) }
    let shown = findings.prefix(3).joined(separator: "; ")
    return .failed(findings.count > 3 ? "\(shown); and \(findings.count - 3) more" : shown)
  }
}

/// Why a check cannot go on, where that says nothing against the plugin.
struct Inapplicable: Error { let reason: String }

/// What shows that a check fails.
struct Finding: Error { let sentence: String }
