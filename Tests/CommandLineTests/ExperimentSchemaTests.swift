import Foundation
import Testing

/// The JSON Schema agrees with what is read, by the public validator in Python: that of
/// ICL_READERS, or one that happens to be there.
@Suite struct ExperimentSchemaTests {
  static let good = [
    "model: linear-attention\ntask: ridge",
    "defaults: base.yaml\ntask.dimension: 4",
    "defaults: [a.yaml, b.yaml]\ntask: {noise-variance: 1}\nevaluations: {a: null}",
    "model: ./plugin.so#mine\ntask: {component: ./task.so, anything: 1}",
    "model: {component: linear-attention, heads: 5}\ntask: {component: ridge, spectrum: [1, 0.5]}",
    "model: ridge\ntask: ridge\nmetrics: [loss-by-context-length, "
      + "{component: excess-over-oracle, name: a}]",
    "model: ridge\ntask: ridge\nschedules: {task.noise-variance: {steps: [0], values: [1]}}",
    "model: ridge\ntask: ridge\nrecord: {training-every: 3, checkpoints: {logarithmic: 9}}",
    "model: ridge\ntask: ridge\nrecord: {checkpoints: {every: 100, logarithmic-down: 1000}}",
  ]
  static let bad = [
    "task: ridge",
    "model: 3\ntask: ridge",
    "model: linear-attentoin\ntask: ridge",
    "model: linear-attention\ntask: ridge\nrnu: {steps: 1}",
    "model: {component: linear-attention, head: 5}\ntask: ridge",
    "model: {component: linear-attention, heads: 0}\ntask: ridge",
    "model: {component: linear-attention, heads: \"5\"}\ntask: ridge",
    "model: ridge\ntask: {component: ridge, scoring: qeury}",
    "model: ridge\ntask: {component: boolean, dimensoin: 3}",
    "model: ridge\ntask: ridge\nrun: {steps: 0}",
    "model: ridge\ntask: ridge\nrun: {steps: ten}",
    "model: ridge\ntask: ridge\nevaluations: {a: {evry: 3}}",
    "model: ridge\ntask: ridge\nevaluations: {a: {task: {dimension: 0}}}",
    "model: ridge\ntask: ridge\nmetrics: [{name: a}]",
    "model: ridge\ntask: ridge\nmetrics: loss",
    "model: ridge\ntask: ridge\nschedules: {tsak.noise: {steps: [0], values: [1]}}",
    "model: ridge\ntask: ridge\nschedules: {task.noise-variance: {steps: [0]}}",
    "model: ridge\ntask: ridge\n"
      + "schedules: {task.noise-variance: {steps: [0], values: [1], interpolation: liner}}",
    "model: ridge\ntask: ridge\nrecord: {every: 3}",
  ]

  static let validator = """
    import json, sys
    try:
        import jsonschema, yaml
    except ImportError:
        sys.exit(77)
    schema = json.load(open("schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    def errors(path): return [e.message for e in check.iter_errors(yaml.safe_load(open(path)))]
    json.dump({path: errors(path) for path in sys.argv[1:]}, sys.stdout)
    """

  @Test func schemaAgreesWithTheReader() throws {
    try withTemporaryFolder { folder in
      let schema = try Host.run("config", "schema").output
      try Data(schema.utf8).write(to: folder.appending(path: "schema.json"))
      func write(_ texts: [String], _ name: String) throws -> [String] {
        try texts.enumerated().map { index, text in
          let path = folder.appending(path: "\(name)-\(index).yaml").path
          try Data(text.utf8).write(to: URL(filePath: path))
          return path
        }
      }
      let examples = ExperimentTests.names.map(ExperimentTests.example)
      let shown = try write(
        examples.map { try Host.run("config", "show", $0).output }, "shown")
      let good = try write(Self.good, "good") + examples + shown
      let bad = try write(Self.bad, "bad")
      let readers = ProcessInfo.processInfo.environment["ICL_READERS"]
      let answer = try Host.run(
        program: URL(filePath: "/usr/bin/env"),
        [readers ?? "python3", "-c", Self.validator] + good + bad, in: folder)
      if readers == nil, answer.status == 77 || answer.status == 127 { return }
      #expect(answer.status == 0, "\(answer.errors)")
      let found = try answer.document()
      for path in good {
        #expect((found[path] as? [String])?.isEmpty == true, "\(path): \(found[path] ?? "")")
      }
      for (path, text) in zip(bad, Self.bad) {
        #expect((found[path] as? [String])?.isEmpty == false, "\(text)")
        // The reader refuses it as well.
        #expect(try Host.run("config", "show", path).status != 0, "\(text)")
      }
    }
  }

  /// For one model, only that model's options are there.
  @Test func schemaOfOneModel() throws {
    let schema = try Host.run("config", "schema", "--model", "linear-attention").output
    #expect(schema.contains("\"linear-attention\""))
    #expect(!schema.contains("\"gd-ssm\""))
    let all = try Host.run("config", "schema").document()
    #expect(all["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }
}
