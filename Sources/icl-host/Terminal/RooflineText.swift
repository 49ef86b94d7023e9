import ICLTraining

/// A table of rooflines, line by line: each workload has its own process.
enum RooflineText {
  private static let widths = [12, 10, 10, 10, 10, 8, 10, 10, 9]

  static let head = row([
    "workload", "FLOPs", "executed", "bytes", "peak GF/s", "GB/s", "limit ms", "ms/step",
    "reached",
  ])

  static func row(_ roofline: Roofline) -> String {
    let workload = roofline.measurement.workload
    return row([
      workload.name, NumberText.scientific(workload.flops),
      NumberText.scientific(roofline.executedFlops), NumberText.scientific(roofline.bytes),
      NumberText.fixed(roofline.limits.flops / 1e9, 1),
      NumberText.fixed(roofline.limits.bandwidth / 1e9, 1),
      NumberText.fixed(roofline.limit * 1e3, 4), NumberText.fixed(roofline.seconds * 1e3, 4),
      NumberText.fixed(100 * roofline.fraction, 1) + " %",
    ]) + (roofline.isBoundByMemory ? "  memory" : "  arithmetic")
  }

  private static func row(_ cells: [String]) -> String {
    cells.indices.map { index in
      let space = String(repeating: " ", count: max(1, widths[index] - cells[index].count))
      return index == 0 ? cells[index] + space : space + cells[index]
    }.joined()
  }
}
