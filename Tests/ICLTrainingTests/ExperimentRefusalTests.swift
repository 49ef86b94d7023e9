import Foundation
import ICLTraining
import Testing

/// What a file must not say: each error names file, line and path, what was expected and found.
@Suite struct ExperimentRefusalTests {
  static let start = "model: linear-attention\ntask: ridge\n"

  /// Errors of the file alone.
  @Test(arguments: [
    // Keys.
    (
      "model: a\ntask: b\nrnu: {steps: 1}\n",
      "x.yaml:3: rnu: there is no such key. Did you mean 'run'?"
    ),
    (
      start + "evaluations:\n  test:\n    evry: 3\n",
      "x.yaml:5: evaluations.test.evry: there is no such key. Did you mean 'every'?"
    ),
    (
      start + "schedules: {tsak.noise: {steps: [0], values: [1]}}",
      "x.yaml:3: schedules.tsak: there is no such key. Did you mean 'task'?"
    ),
    (start + "record: {every: 3}", "x.yaml:3: record.every: there is no such key. The keys are: "),
    (
      start + "run:\n  steps: 1\n  steps: 2\n", "x.yaml:4: the key 'steps' is there twice. Keep one"
    ),
    (
      start + "run: {steps: 1}\nrun.steps: 2\n",
      "x.yaml:4: run.steps: the key is there twice, first at x.yaml:3. Keep one"
    ),
    (start + "run..steps: 2\n", "x.yaml:3: run..steps: a key without a name."),
    (start + "? [a, b]\n: 1\n", "x.yaml:3: expected a name as key, found a list or mapping."),
    (
      start + "evaluations: {a b: {every: 1}}",
      "x.yaml:3: evaluations.a b: expected a name of at most"
    ),
    // What is missing.
    ("task: ridge\n", "x.yaml: model: the experiment has none. Write model: linear-attention, or"),
    ("", "x.yaml: model: the experiment has none."),
    ("model: a\ntask: {dimension: 3}\n", "x.yaml: task: the experiment has none."),
    (start + "metrics: [{name: a}]", "x.yaml:3: metrics[0]: it does not say which metric it is."),
    (
      start + "schedules: {task.tasks: {steps: [0]}}",
      "x.yaml:3: schedules.task.tasks: a schedule has steps and values."
    ),
    // Types and values.
    ("- a\n- b\n", "x.yaml:1: expected an experiment (model: ..., task: ...), found a list."),
    ("hello\n", "x.yaml:1: expected an experiment (model: ..., task: ...), found 'hello'."),
    (start + "run: 3\n", "x.yaml:3: run: expected options of a run, found '3'."),
    (
      start + "run:\n  steps: {a: 1}\n",
      "x.yaml:4: run.steps: expected the value of an option, found"
    ),
    (
      start + "run: {steps: [a, [b]]}\n", "x.yaml:3: run.steps[1]: expected a number, found a list."
    ),
    (
      "model: [a]\ntask: b\n",
      "x.yaml:1: model: expected a component, or a mapping with its options"
    ),
    (start + "name: [a]", "x.yaml:3: name: expected a text, found a list."),
    (
      start + "evaluations: {test: {every: 0}}",
      "x.yaml:3: evaluations.test.every: expected a whole number from 1 to 1000000000000, found '0'."
    ),
    (
      start + "evaluations: {test: {every: \"5\"}}",
      "x.yaml:3: evaluations.test.every: expected a whole number from 1 to 1000000000000, found "
        + "the text \"5\"."
    ),
    (
      start + "evaluations: {test: {at: [0, -1]}}",
      "x.yaml:3: evaluations.test.at[1]: expected a whole number from 0 to"
    ),
    (
      start + "evaluations: {test: {at: 3}}",
      "x.yaml:3: evaluations.test.at: expected a list of whole numbers, such as [0, 10, 100], found"
    ),
    (
      start + "evaluations: {test: {every: 3, ends: maybe}}",
      "x.yaml:3: evaluations.test.ends: expected true or false, found 'maybe'."
    ),
    (
      start + "evaluations: {test: 3}",
      "x.yaml:3: evaluations.test: expected an evaluation, such as"
    ),
    (start + "metrics: loss", "x.yaml:3: metrics: expected a list of metrics, found 'loss'."),
    (
      start + "schedules:\n  task.tasks: {steps: [5, 9], values: [1, 2]}",
      "x.yaml:4: schedules.task.tasks.steps: expected steps that begin with 0 and rise, found 5, 9."
    ),
    (
      start + "schedules:\n  task.tasks: {steps: [0, 9, 9], values: [1, 2, 3]}",
      "x.yaml:4: schedules.task.tasks.steps: expected steps that begin with 0 and rise"
    ),
    (
      start + "schedules:\n  task.tasks: {steps: [0, 9], values: [1]}",
      "x.yaml:4: schedules.task.tasks.values: expected a list of 2 values, one for each step, found 1."
    ),
    (
      start + "schedules: {task.tasks: {steps: [0], values: [1], interpolation: liner}}",
      "x.yaml:3: schedules.task.tasks.interpolation: expected one of step, linear, logarithmic, "
        + "found 'liner'. Did you mean 'linear'?"
    ),
    (
      start + "record: {training-every: 3, training: {linear: 5}}",
      "x.yaml:3: record.training: training-every and training exclude each other."
    ),
    // What is not plain YAML.
    (start + "run: {steps: 1\n", "x.yaml:4: it is not YAML: did not find expected"),
    (
      start + "run:\n\tsteps: 1\n",
      "x.yaml:4: it is not YAML: found character that cannot start any"
    ),
    (start + "run: {steps: !!int 3}\n", "x.yaml:3: run.steps: expected no tag, found '"),
    (
      start + "run: !python/object:os.system {steps: 3}\n",
      "x.yaml:3: run: expected no tag, found '!p"
    ),
    (start + "run: *nothing\n", "x.yaml:3: it is not YAML: found undefined alias"),
    (start + "---\nmodel: b\n", "x.yaml:3: it is not YAML: but found another document"),
    (start + "name: a\u{1}b\n", "x.yaml:1: it is not YAML: control characters are not allowed"),
    // Inheritance.
    (
      start + "defaults: {a: b}",
      "x.yaml:3: defaults: expected a file or a list of files, found a m"
    ),
    (
      start + "defaults: none.yaml",
      "x.yaml:3: defaults: cannot read 'none.yaml': cannot open it: No"
    ),
    (start + "defaults: x.yaml", "x.yaml: defaults: the file inherits itself: x.yaml -> x.yaml."),
    (start + "defaults: [., a]", "x.yaml:3: defaults"),
  ])
  func filesAreRefused(text: String, message: String) throws {
    let folder = try ExperimentFolder(["x.yaml": text])
    let failure = #expect(throws: Failure.self) { try folder.experiment("x.yaml") }
    let found = folder.text(failure)
    #expect(found.hasPrefix(message), "\(found)")
    let isAbout = [Failure.Status.configuration, .missingInput, .badData]
    #expect(failure.map { isAbout.contains($0.status) } == true)
  }

  /// Errors that need the components.
  @Test(arguments: [
    ("task: {component: rigde}", "x.yaml:2: task: there is no task 'rigde'. Did you mean 'ridge'?"),
    ("task: {component: adam}", "x.yaml:2: task: "),
    (
      "task: {component: ridge, dimensoin: 3}",
      "x.yaml:2: task.dimensoin: there is no such option. Did you mean 'dimension'?"
    ),
    (
      "task:\n  component: ridge\n  dimension: 0",
      "x.yaml:4: task.dimension: expected a whole number from 1 to 65536, found '0'."
    ),
    (
      "task: {component: ridge, dimension: \"3\"}",
      "x.yaml:2: task.dimension: expected a whole number, found the text \"3\". Take the quotes"
    ),
    (
      "task: {component: ridge, spectrum: [1, 2]}",
      "x.yaml:2: task.spectrum: task 'ridge': signature failed: "
    ),
    (
      "task: ridge\nrun:\n  stesp: 3",
      "x.yaml:4: run.stesp: there is no such option. Did you mean 'st"
    ),
    (
      "task: ridge\nrun: {steps: ten}",
      "x.yaml:3: run.steps: expected a whole number from 1 to 1000"
    ),
    (
      "task: ridge\nrun: {warm-up: 9, steps: 3}", "x.yaml:3: run.warm-up: it takes 9 steps, but the"
    ),
    ("task: ridge\nmetrics: [los]", "x.yaml:3: metrics[0]: there is no metric 'los'."),
    (
      "task: ridge\nmetrics: [loss-by-context-length, loss-by-context-length]",
      "x.yaml:3: metrics[1]: there are two metrics called 'loss-by-context-length'. Give one a name"
    ),
    (
      "task: ridge\nevaluations: {a: {task: {dimensio: 3}}}",
      "x.yaml:3: evaluations.a.task.dimensio: there is no such option. Did you mean 'dimension'?"
    ),
    (
      "task: ridge\nevaluations: {a: {task: {dimension: 3}}}",
      "x.yaml:3: evaluations.a.task: the model's parameters do not fit this task: "
    ),
    (
      "task: ridge\nevaluations: {a: {metrics: [{component: excess-over-oracle, b: 1}]}}",
      "x.yaml:3: metric.excess-over-oracle.b: there is no such option."
    ),
    (
      "task: ridge\nschedules: {task.nois-variance: {steps: [0], values: [1]}}",
      "x.yaml:3: schedules.task.nois-variance: there is no such option. Did you mean "
        + "'task.noise-variance'?"
    ),
    (
      "task: ridge\nschedules: {task.noise-variance: {steps: [0, 5], values: [1, -2]}}",
      "x.yaml:3: schedules.task.noise-variance.values[1]: expected a number from 0 to 1"
    ),
    (
      "task: ridge\nschedules: {task.noise-variance: "
        + "{steps: [0, 5], values: [0, 2], interpolation: logarithmic}}",
      "x.yaml:3: schedules.task.noise-variance.values[0]: expected a number above 0, found '0': "
    ),
    (
      "task: ridge\nschedules: {task.noise: "
        + "{steps: [0, 5], values: [fixed, uniform], interpolation: linear}}",
      "x.yaml:3: schedules.task.noise: only numbers are interpolated, and task.noise is one of"
    ),
    // What would change shapes.
    (
      "task: ridge\nschedules:\n  task.dimension: {steps: [0, 5], values: [3, 4]}",
      "x.yaml:4: schedules.task.dimension: it cannot change at step 5: the prompts' tensors have "
    ),
    (
      "task: ridge\nschedules:\n  task.context-length: {steps: [0, 5], values: [3, 4]}",
      "x.yaml:4: schedules.task.context-length: it cannot change at step 5: the prompts' tensors"
    ),
    (
      "task: ridge\nschedules:\n  model.heads: {steps: [0, 5], values: [1, 2]}",
      "x.yaml:4: schedules.model.heads: it cannot change at step 5: parameters have other shapes"
    ),
  ])
  func optionsAreRefused(text: String, message: String) throws {
    let folder = try ExperimentFolder(["x.yaml": "model: linear-attention\n" + text])
    let failure = #expect(throws: Failure.self) {
      try ResolvedRun(folder.experiment("x.yaml"), in: TestPlugins.catalog)
    }
    let found = folder.text(failure)
    #expect(found.hasPrefix(message), "\(found)")
  }

  @Test(arguments: [
    (
      ["evaluations.test.evry=3"],
      "evaluations.test.evry: there is no such key. Did you mean 'every'"
    ),
    (["evaluations.test=[1"], "evaluations.test: it is not YAML: "),
    (
      ["evaluation.test.every=3"],
      "evaluation.test.every: nothing here is called 'evaluation'. Did "
    ),
    (
      ["schedules.task.tasks={steps: [0], values: [x]}"],
      "schedules.task.tasks.values[0]: expected a"
    ),
    (
      ["task.noise-variance=3"],
      "task.noise-variance: the option follows a schedule (x.yaml:3). Set "
    ),
  ])
  func overridesAreRefused(overrides: [String], message: String) throws {
    let folder = try ExperimentFolder([
      "x.yaml": Self.start + "schedules: {task.noise-variance: {steps: [0, 9], values: [1, 2]}}"
    ])
    let failure = #expect(throws: Failure.self) {
      try ResolvedRun(folder.experiment("x.yaml", overrides), in: TestPlugins.catalog)
    }
    let found = folder.text(failure)
    #expect(found.hasPrefix(message), "\(found)")
  }
}
