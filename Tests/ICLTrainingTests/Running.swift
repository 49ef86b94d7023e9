import Foundation
import ICLRecords
import ICLTraining
import Testing

/// Recorded runs in temporary folders.
struct Running {
  let folder: URL

  /// Small runs with evaluations and checkpoints on the way.
  static let settings = [
    "run.steps=40", "run.batch=32",
    "run.evaluation-prompts=64", "evaluations.test.every=10", "record.checkpoints.every=8",
    "record.training.every=3",
  ]

  static func inFolder(_ body: (Running) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "icl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(Running(folder: folder))
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// A session, which stops before the step `stop`.
  @discardableResult
  func session(
    _ name: String, resumes: Bool = false, stop: Int? = nil, optimizer: String = "adam",
    model: String = "linear-attention", task: String = "ridge", parameters: String? = nil,
    _ more: [String] = []
  ) throws -> (outcome: RecordedRun.Outcome, warnings: [String]) {
    let small = task == "ridge" ? ["task.dimension=2", "task.context-length=3"] : []
    var settings = try Settings(Self.settings + small + more)
    settings.set(.model, "component", model)
    settings.set(.task, "component", task)
    settings.set(.optimizer, "component", optimizer)
    let run = try RecordedRun(
      Experiment(overrides: settings), in: TestPlugins.catalog,
      at: RunDestination(folder: path(name), resumes: resumes), parameters: parameters)
    var step = 0
    let outcome = try run.execute(
      observe: { if case .training(let progress) = $0 { step = progress.step } },
      shouldStop: { stop.map { step >= $0 } ?? false })
    return (outcome, run.warnings)
  }

  func copy(_ name: String, to other: String) throws {
    try FileManager.default.copyItem(atPath: path(name), toPath: path(other))
  }

  func bytes(_ file: String) throws -> Data { try Data(contentsOf: folder.appending(path: file)) }

  /// Makes it look as if the process had been killed before its end.
  func breakOff(_ name: String) throws {
    try RunDirectory(opening: path(name)).write(RunStatus(.running, step: 0, steps: 40))
  }

  /// What two runs must have in common, byte by byte, where one was resumed.
  func expectSame(
    _ name: String, _ other: String, step: Int = 40, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let digits = "\(100_000_000 + step)".dropFirst()
    for file in [
      "metrics.jsonl", "metrics.csv", "checkpoints/step-\(digits).safetensors",
      "checkpoints/step-\(digits).optimizer.safetensors",
    ] {
      let same = try bytes("\(name)/\(file)") == bytes("\(other)/\(file)")
      #expect(same, "\(file) \(comment?.rawValue ?? "")", sourceLocation: sourceLocation)
    }
  }
}

extension RecordedRun.Outcome {
  var isFinished: Bool { if case .finished = self { true } else { false } }
  var stoppedStep: Int? { if case .stopped(let step, _) = self { step } else { nil } }
}
