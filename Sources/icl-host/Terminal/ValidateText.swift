import ICLConformance
import ICLRecords

/// What `validate` shows.
enum ValidateText {
  /// What fails, with what to do and how to see it again; then how many passed.
  static func text(_ outcomes: [Outcome], plugin: String, verbose: Bool) -> String {
    var lines: [String] = []
    let width = outcomes.map(\.id.count).max() ?? 0
    for outcome in outcomes where verbose || outcome.status == .failed {
      let word =
        switch outcome.status {
        case .passed: "pass"
        case .failed: "FAIL"
        case .notApplicable: "n/a "
        }
      let id = outcome.id + String(repeating: " ", count: width - outcome.id.count)
      lines.append("\(word)  \(id)  \(outcome.detail)")
      if outcome.status == .failed, let check = Check.all.first(where: { $0.id == outcome.id }) {
        let margin = String(repeating: " ", count: width + 8)
        lines.append("\(margin)expected: \(check.title)")
        lines.append("\(margin)to do: \(check.fix)")
        lines.append("\(margin)again: \(outcome.reproduce)")
      }
    }
    func count(_ status: Outcome.Status) -> Int { outcomes.count { $0.status == status } }
    if !lines.isEmpty { lines.append("") }
    lines.append(
      "\(plugin): \(outcomes.count) checks, \(outcomes.count - count(.notApplicable)) apply: "
        + "\(count(.passed)) pass, \(count(.failed)) fail, \(count(.notApplicable)) do not apply")
    return lines.joined(separator: "\n")
  }

  static func document(_ outcomes: [Outcome], plugin: String, seed: UInt64) -> JSON {
    func count(_ status: Outcome.Status) -> JSON {
      .integer(outcomes.count { $0.status == status })
    }
    return [
      "plugin": .text(plugin), "seed": .text("\(seed)"), "passed": count(.passed),
      "failed": count(.failed), "not_applicable": count(.notApplicable),
      "applicable": .integer(outcomes.count { $0.status != .notApplicable }),
      "checks": .array(
        outcomes.map {
          [
            "id": .text($0.id), "status": .text($0.status.rawValue), "detail": .text($0.detail),
            "reproduce": .text($0.reproduce), "seconds": .real($0.seconds),
          ]
        }),
    ]
  }

  static func list(_ checks: [Check]) -> String {
    checks.map { "\($0.id)\n    \($0.title)\n    fix: \($0.fix)" }.joined(separator: "\n")
  }

  static func document(_ checks: [Check]) -> JSON {
    [
      "checks": .array(
        checks.map {
          [
            "id": .text($0.id), "title": .text($0.title), "fix": .text($0.fix),
            "needs": .array($0.needs.map { .text($0) }),
          ]
        })
    ]
  }
}
