import ICLRecords

/// The lines of `metrics.jsonl` up to the first that is damaged.
struct MeasuredLines {
  private struct Line {
    var text: Substring
    var step: Int
    /// "training", or the name of an evaluation.
    var series: String
  }

  private var lines: [Line] = []

  init(_ directory: RunDirectory) {
    // A file that is not there, or not text, has no good line.
    guard let text = try? TextFile.read(directory.path(to: "metrics.jsonl")) else { return }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      guard let record = try? JSON(parsing: Array(line.utf8)), let step = record["step"]?.integer,
        let kind = record["kind"]?.string
      else { return }
      let name = record["name"]?.string ?? ""
      lines.append(
        Line(text: line, step: step, series: kind == "training" ? kind : "evaluation \(name)"))
    }
  }

  /// What a run that goes on from a step has measured: everything with fewer steps done.
  func text(before step: Int) -> String {
    lines.filter { $0.step < step }.map { $0.text + "\n" }.joined()
  }

  /// How many lines there are before a step.
  func count(before step: Int) -> Int { lines.count { $0.step < step } }

  /// The loss of the last training line.
  var lastLoss: Double? {
    lines.last { $0.series == "training" }
      .flatMap { try? JSON(parsing: Array($0.text.utf8)) }?["loss"]?.real
  }
}
