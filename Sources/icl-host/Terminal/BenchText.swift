import ICLTraining

/// One line for each workload, aligned without knowing the others: each has its own process.
enum BenchText {
  static func row(_ measurement: Measurement) -> String {
    func number(_ value: Double, _ digits: Int, _ width: Int) -> String {
      let text = NumberText.fixed(value, digits)
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let milliseconds = { (seconds: Double) in number(seconds * 1e3, 4, 10) }
    return name(measurement.workload) + milliseconds(measurement.median) + " ms/step (best"
      + milliseconds(measurement.best) + ", cpu" + milliseconds(measurement.bestProcessor) + ")"
      + number(measurement.gigaflops, 1, 7) + " GF/s, start "
      + (measurement.startup.map { number($0, 2, 4) } ?? "-") + " s, "
      + number(measurement.peakMemory / 1_048_576, 0, 4) + " MB, \(measurement.threads) thread"
      + (measurement.threads == 1 ? "" : "s") + ", \(measurement.backend)"
  }

  static func row(_ workload: Workload, obstacle: Failure) -> String {
    name(workload) + "  not available: \(obstacle)"
  }

  static func list(_ workloads: [Workload]) -> String {
    workloads.map { workload in
      let obstacle = workload.obstacle.map { "\n  not available: \($0)" } ?? ""
      return """
        \(workload.name): \(workload.summary)
          icl-host run \(workload.arguments.joined(separator: " "))
          \(NumberText.count(workload.batch)) prompts a step, \
        \(NumberText.scientific(workload.flops)) FLOPs\(obstacle)
        """
    }.joined(separator: "\n")
  }

  private static func name(_ workload: Workload) -> String {
    workload.name + String(repeating: " ", count: max(1, 12 - workload.name.count))
  }
}
