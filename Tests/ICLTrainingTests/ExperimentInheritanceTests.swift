import Foundation
import ICLTraining
import Testing

/// Of two values for one thing: the command line, the file, later files it inherits, earlier ones.
@Suite struct ExperimentInheritanceTests {
  static let files = [
    "base.yaml": """
      name: base
      model: {component: linear-attention, heads: 1, layers: 1}
      task:
        component: ridge
        dimension: 2
        noise-variance: 0.5
      run: {steps: 10, batch: 4}
      evaluations:
        gone: {every: 3}
        kept: {every: 3, prompts: 64}
      """,
    "second.yaml": "task: {noise-variance: 0.75, tasks: 3}\nrun.seed: 3\n",
    "sub/child.yaml": """
      defaults:
        - ../base.yaml
        - ../second.yaml
      task: {dimension: 3}
      model.heads: 2
      run:
        batch: 8
      evaluations:
        gone: null
        kept: {prompts: 32}
      """,
  ]

  private func values(_ run: ResolvedRun, _ folder: ExperimentFolder) -> [String: String] {
    var values: [String: String] = [:]
    for entry in run.entries {
      values[entry.name] =
        "\(entry.text) \(entry.origin)".replacing(folder.url.path + "/", with: "")
    }
    return values
  }

  @Test func eachValueHasItsOrigin() throws {
    let folder = try ExperimentFolder(Self.files)
    let experiment = try folder.experiment(
      "sub/child.yaml", ["run.steps=7", "evaluations.kept.every=2", "evaluations.new={at: [1]}"])
    let found = values(try ResolvedRun(experiment, in: TestPlugins.catalog), folder)
    let expected = [
      "name": "base base.yaml:1",
      "model.component": "linear-attention base.yaml:2",
      "model.heads": "2 sub/child.yaml:5",
      "model.layers": "1 base.yaml:2",
      "task.dimension": "3 sub/child.yaml:4",
      "task.noise-variance": "0.75 sub/../second.yaml:1",
      "task.tasks": "3 sub/../second.yaml:1",
      "task.context-length": "16 default",
      "optimizer.component": "adam default",
      "run.steps": "7 command line",
      "run.batch": "8 sub/child.yaml:7",
      "run.seed": "3 sub/../second.yaml:2",
      "evaluations.kept.every": "2 command line",
      "evaluations.kept.prompts": "32 sub/child.yaml:10",
      "evaluations.new.at": "[1] command line",
      "evaluations.gone.every": nil,
    ]
    for (path, value) in expected {
      #expect(
        found[path]?.replacing("sub/../base.yaml", with: "base.yaml") == value, "\(path)")
    }
    #expect(experiment.evaluations.map(\.name) == ["test", "kept", "new"])
  }

  /// Options of a component go with it.
  @Test func anotherComponentStartsAnew() throws {
    let folder = try ExperimentFolder(
      Self.files.merging(["other.yaml": "defaults: base.yaml\ntask: boolean\n"]) { $1 })
    let experiment = try folder.experiment("other.yaml", ["model.component=gd-ssm"])
    #expect(experiment.task.name == "boolean")
    #expect(experiment.settings[.task].isEmpty)
    #expect(experiment.settings[.model] == [:])
    // The same one keeps them.
    let same = try folder.experiment("base.yaml", ["task.component=ridge", "task.dimension=5"])
    #expect(same.settings[.task] == ["dimension": "5", "noise-variance": "0.5"])
  }

  @Test func plugInPathsAreRelativeToTheFile() throws {
    let folder = try ExperimentFolder([
      "sub/x.yaml": "model: ./plugin.so#a\ntask: {component: ../task.so}\nmetrics: [./m.so]\n"
    ])
    let experiment = try folder.experiment("sub/x.yaml")
    #expect(experiment.model.name == folder.path("sub/./plugin.so#a"))
    #expect(experiment.task.name == folder.path("sub/../task.so"))
    #expect(experiment.metrics?.first?.component.name == folder.path("sub/./m.so"))
  }

  /// Without a file, the same way is gone.
  @Test func theCommandLineAloneIsAnExperiment() throws {
    let experiment = try Experiment(
      RunConfiguration(
        model: "linear-attention", task: "ridge",
        settings: Settings(["task.dimension=3", "evaluations.test.every=5", "run.steps=10"])))
    #expect(experiment.file == nil)
    #expect(experiment.settings[.task] == ["dimension": "3"])
    #expect(experiment.evaluations == [
      EvaluationPlan(
        name: "test", schedule: StepSchedule(.every(5)), origin: .commandLine)
    ])
  }
}
