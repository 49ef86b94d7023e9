import ICLTraining
import Testing

@Suite struct SettingsTests {
  @Test func settingsAreSortedByOwner() throws {
    let settings = try Settings([
      "model.heads=4", "task.spectrum=1,0.5", "model.heads=8", "metric.some.name=a=b",
      "run.steps=",
    ])
    #expect(settings[.model] == ["heads": "8"])
    #expect(settings[.task] == ["spectrum": "1,0.5"])
    #expect(settings[.metric("some")] == ["name": "a=b"])
    #expect(settings[.run] == ["steps": ""])
    #expect(settings[.optimizer].isEmpty)
    #expect(settings.metrics == ["some"])
  }

  @Test(arguments: [
    ("heads", Failure.Status.usage, "--set: 'heads' has no '='. "),
    ("heads=4", .usage, "--set: 'heads' names no option of an owner. "),
    ("model.=4", .usage, "--set: 'model.' names no option of an owner. "),
    ("metric.option=4", .usage, "--set: 'metric.option' does not say which metric. "),
    (
      "modle.heads=4", .configuration,
      "modle.heads: nothing here is called 'modle'. Did you mean 'model.heads'?"
    ),
    ("plot.colour=4", .configuration, "plot.colour: nothing here is called 'plot'. Options belong"),
  ])
  func refusals(text: String, status: Failure.Status, message: String) {
    let failure = #expect(throws: Failure.self) { try Settings([text]) }
    #expect(failure?.status == status)
    #expect(failure?.description.hasPrefix(message) == true, "\(failure?.description ?? "")")
  }

  @Test func optionsOfARunHaveDefaults() throws {
    let options = try RunOptions([:])
    #expect(options.steps >= 1 && options.batch >= 1 && options.threads >= 1)
    #expect(options.precision == .single)
    #expect(options.schedule.warmUp == 0)
  }

  @Test func optionsOfARunAreRead() throws {
    let options = try RunOptions([
      "steps": "7", "batch": "3", "seed": "11", "threads": "2", "precision": "double",
      "schedule": "cosine", "warm-up": "2", "final-fraction": "0.25", "evaluation-prompts": "99",
    ])
    #expect(options.steps == 7 && options.batch == 3 && options.seed == 11)
    #expect(options.threads == 2 && options.precision == .double)
    #expect(options.schedule == Schedule(decay: .cosine, warmUp: 2, finalFraction: 0.25))
    #expect(options.evaluationPrompts == 99)
  }

  @Test(arguments: [
    ("steps", "0", "run.steps: expected a whole number from 1 "),
    ("batch", "-4", "run.batch: expected a whole number from 1 "),
    ("steps", "many", "run.steps: expected a whole number from 1 "),
    ("seed", "-1", "run.seed: expected a whole number from 0 "),
    ("final-fraction", "nan", "run.final-fraction: expected a number from 0 to 1"),
    ("threads", "0", "run.threads: expected a whole number from 1 "),
    ("precision", "doubel", "run.precision: expected one of single, double, found 'doubel'. Did"),
    ("warm-up", "1000000", "run.warm-up: it takes 1000000 steps, but the run has "),
    ("stesp", "3", "run.stesp: there is no such option. Did you mean 'steps'?"),
    ("evaluation-prompts", "1", "run.evaluation-prompts: expected a whole number from 2 "),
  ])
  func nonsenseIsRefused(option: String, value: String, message: String) {
    let failure = #expect(throws: Failure.self) { try RunOptions([option: value]) }
    #expect(failure?.status == .configuration)
    #expect(failure?.description.hasPrefix(message) == true, "\(failure?.description ?? "")")
  }
}
