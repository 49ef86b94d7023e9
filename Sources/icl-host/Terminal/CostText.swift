import ICLTraining

/// What a dry run says.
enum CostText {
  static func text(_ run: ResolvedRun, _ cost: RunCost) -> String {
    var table = TextTable([
      ("option", .left), ("value", .left), ("unit", .left), ("origin", .left),
    ])
    for entry in run.entries {
      table.add([entry.listName, entry.text, entry.unit ?? "", entry.origin.description])
    }
    return """
      \(run.model.component.id) on \(run.task.component.id), dry run

      \(table.text)

      parameters       \(NumberText.count(cost.parameters))
      FLOPs per \(cost.isTrained ? "step  " : "prompt") \(NumberText.scientific(cost.flops))
      memory           \(Machine.text(cost.memory))\(training(run, cost))
      """
  }

  /// The whole training at a round speed, which says what kind of thing it is: minutes, a night, or days.
  private static func training(_ run: ResolvedRun, _ cost: RunCost) -> String {
    guard let total = run.trainingFlops(cost) else { return "" }
    return """

      FLOPs in all     \(NumberText.scientific(total)) in \(NumberText.count(run.options.steps)) steps, \
      without evaluations: \(NumberText.time(total / 1e11)) at 100 GFLOP/s
      """
  }
}
