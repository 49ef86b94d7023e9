import ICLAnalysis
import ICLRecords

/// Finds the transient in what runs recorded; see `TransientCourse`.
///
/// Recorded at the last step: `analysis.transient.kind` (0 none, 1 unfinished, 2 transient),
/// `critical-step`, `begin`, `end`, `least-loss`, `dip`, `relative-dip`, and `distances` (to ridge and
/// dMMSE at the critical step, then at the end).
struct TransientAnalysis {
  private let work: AnalysisWork

  init(_ work: AnalysisWork) { self.work = work }

  func execute(_ runs: [AnalysedRun]) throws(Failure) -> [AnalysisReport.Finding] {
    var findings: [AnalysisReport.Finding] = []
    for (number, run) in runs.enumerated() {
      let (course, last) = try self.course(of: run.directory)
      let values: [AnalysisValue] = [
        AnalysisValue("kind", Double(course.kind.rawValue)),
        AnalysisValue("critical-step", course.criticalStep),
        AnalysisValue("begin", course.begin), AnalysisValue("end", course.end),
        AnalysisValue("least-loss", course.leastLoss),
        AnalysisValue("final-loss", course.finalLoss), AnalysisValue("dip", course.dip),
        AnalysisValue("relative-dip", course.relativeDip),
        AnalysisValue("distances", course.distances, [2, 2], axes: ["step", "predictor"]),
      ]
      try work.site.write(
        [AnalysisValue.line(step: last, series: "analysis", metric: "transient", values)],
        of: run.directory)
      findings.append(
        .init(
          run: run.directory.name, text: "\(course.kind): \(course.reason)",
          values: values.filter { $0.shape.isEmpty }.map { ($0.name, $0.values[0]) }))
      work.observe(Double(number + 1) / Double(runs.count))
    }
    return findings
  }

  private func course(of run: RunDirectory) throws(Failure) -> (TransientCourse, last: Int) {
    let analysis = work.analysis
    let (fresh, trained) = (analysis.text("fresh"), analysis.text("trained"))
    let metric = analysis.text("metric")
    let lines = try failing { try run.metrics() }.filter { $0["kind"]?.string == "evaluation" }
    var losses: [Int: Double] = [:]
    var distances: [Int: (ridge: Double, dmmse: Double?)] = [:]
    var ridge: Double?
    var dmmse: Double?
    for line in lines {
      guard let step = line["step"]?.integer else { continue }
      let values = Self.values(of: line, metric: metric)
      if line["name"]?.string == fresh {
        losses[step] = line["loss"]?.real
        ridge = values["ridge-loss"] ?? ridge
        dmmse = values["dmmse-loss"] ?? dmmse
      }
      if line["name"]?.string == trained, let distance = values["to-ridge"] {
        distances[step] = (distance, values["to-dmmse"])
      }
    }
    let steps = losses.keys.filter { distances[$0] != nil }.sorted()
    guard let ridge, let last = steps.last else {
      throw Failure(
        .badData, key: run.path,
        "it has no evaluations '\(fresh)' and '\(trained)' with the metric '\(metric)' at the "
          + "same steps.",
        hint: "Name them with --set fresh=…, trained=…, metric=….")
    }
    let toDMMSE = steps.compactMap { distances[$0]?.dmmse }
    var limits = TransientCourse.Limits()
    limits.dip = analysis.real("dip")
    limits.learned = analysis.real("learned")
    let isFinite = toDMMSE.count == steps.count
    return (
      TransientCourse(
        steps: steps.map(Double.init), loss: steps.map { losses[$0] ?? .nan }, ridgeLoss: ridge,
        dmmseLoss: isFinite ? dmmse : nil, toRidge: steps.map { distances[$0]?.ridge ?? .nan },
        toDMMSE: isFinite ? toDMMSE : nil, limits: limits), last
    )
  }

  private static func values(of line: JSON, metric: String) -> [String: Double] {
    var values: [String: Double] = [:]
    for value in line["values"]?.elements ?? [] {
      guard value["metric"]?.string == metric, let name = value["name"]?.string,
        let numbers = value["values"]?.reals, numbers.count == 1
      else { continue }
      values[name] = numbers[0]
    }
    return values
  }
}
