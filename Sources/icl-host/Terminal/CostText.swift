import ICLTraining

/// What a dry run says.
enum CostText {
  static func text(_ run: ResolvedRun, _ cost: RunCost) -> String {
    var table = TextTable([
      ("option", .left), ("value", .left), ("unit", .left), ("origin", .left),
    ])
    for option in run.values {
      table.add([
        "\(option.owner).\(option.name)", "\(option.value)", option.unit ?? "",
        option.origin.description,
      ])
    }
    return """
      \(run.model.component.id) on \(run.task.component.id), dry run

      \(table.text)

      parameters       \(NumberText.count(cost.parameters))
      FLOPs per \(cost.isTrained ? "step  " : "prompt") \(NumberText.scientific(cost.flops))
      memory           \(Machine.text(cost.memory))
      """
  }
}
