import ICLTraining

enum AnalysisText {
  static func text(_ report: AnalysisReport) -> String {
    var lines: [String] = []
    for finding in report.findings {
      lines.append("\(finding.run): \(finding.text)")
      for (name, value) in finding.values {
        lines.append("  \(name)  \(NumberText.loss(value))")
      }
    }
    return (lines + ["Recorded in \(report.path)"]).joined(separator: "\n")
  }

  static func options(of kind: AnalysisKind) -> String {
    ([kind.summary, ""]
      + kind.table.map { option in
        let value = option.defaultText.isEmpty ? "" : " (\(option.defaultText))"
        return "  \(option.name)\(value): \(option.summary)"
      }).joined(separator: "\n")
  }
}
