import ICLRecords

/// The runs of a folder as a table.
enum RunsText {
  static func text(_ runs: [RunIndex.Entry]) -> String {
    var table = TextTable([
      ("run", .left), ("state", .left), ("steps", .right), ("model", .left), ("task", .left),
      ("loss", .right), ("best possible", .right), ("started", .left),
    ])
    for run in runs {
      table.add([
        run.path, run.state.rawValue, "\(run.step)/\(run.steps)", run.model, run.task,
        run.loss.map(NumberText.loss) ?? "", run.oracleLoss.map(NumberText.loss) ?? "",
        run.started,
      ])
    }
    return table.text
  }

  static func document(_ runs: [RunIndex.Entry]) -> JSON {
    [
      "runs": .array(
        runs.map { run in
          [
            "path": .text(run.path), "name": .text(run.name), "state": .text(run.state.rawValue),
            "step": .integer(run.step), "steps": .integer(run.steps), "model": .text(run.model),
            "task": .text(run.task), "optimizer": .text(run.optimizer),
            "started": .text(run.started), "loss": run.loss.map { .real($0) } ?? nil,
            "oracle_loss": run.oracleLoss.map { .real($0) } ?? nil,
          ]
        })
    ]
  }
}
