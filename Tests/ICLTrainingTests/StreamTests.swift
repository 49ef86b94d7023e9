import Foundation
import ICLRecords
import ICLTraining
import Testing

/// A recurrent model fed pair by pair predicts what it predicts from the whole prompt.
@Suite struct StreamTests {
  static let models: [(model: String, settings: [String])] = [
    ("gd-ssm", []), ("gd-ssm", ["model.layout=interleaved"]),
    (
      "gd-ssm",
      ["model.layout=interleaved", "model.steps=2", "model.sub-layers=separate"]
    ),
    ("gd-ssm", ["model.layout=interleaved", "model.steps=3", "model.prior-map=true"]),
    ("gd-ssm", ["model.layout=interleaved", "model.embedding=5", "model.gated-readout=true"]),
    ("gd-ssm", ["model.layout=constructed"]),
    ("delta-rule", ["model.step-size=0.1"]),
    ("delta-rule", ["model.step-size=0.1", "model.mini-batch=3", "model.maps=true"]),
    ("delta-rule", ["model.layout=interleaved", "model.width=5", "model.convolution=3"]),
    ("s5", ["model.width=6", "model.state=4", "model.convolution=3"]),
    ("h3", ["model.width=6", "model.heads=2", "model.layers=2"]),
    ("mamba", []), ("mamba", ["model.layout=interleaved", "model.width=4", "model.layers=2"]),
    ("griffin", ["model.width=6"]),
    (
      "griffin",
      ["model.width=4", "model.heads=2", "model.layers=3", "model.local-attention=true"]
    ),
    (
      "linear-attention",
      ["model.layout=interleaved", "model.width=4", "model.heads=2", "model.positions=false"]
    ),
  ]

  private func model(_ number: Int, _ precision: String) throws -> GivenModel {
    let (name, own) = Self.models[number]
    let settings = try Settings(
      own + [
        "task.dimension=3", "task.context-length=9", "task.scoring=every-prefix",
        "run.precision=\(precision)",
      ])
    let configuration = RunConfiguration(
      model: name, task: "ridge", metrics: [], optimizer: nil, settings: settings)
    return GivenModel(try ResolvedRun(configuration, in: TestPlugins.catalog))
  }

  @Test(arguments: models.indices) func agreesWithTheWholePrompt(number: Int) throws {
    let model = try model(number, "double")
    let prompt = try DrawnPrompt(model, number: 4)
    let stream = try ModelStream(model)
    for position in prompt.x.indices {
      let label = position == 0 ? nil : prompt.y[position - 1]
      let prediction = try stream.predict(prompt.x[position], label: label)
      let gap = abs(prediction[0] - prompt.predictions[position][0])
      #expect(gap < 1e-11, "position \(position)")
    }
    #expect(stream.bytes > 0)
  }

  @Test(arguments: models.indices, ["single", "double"])
  func stateIsSavedAndRestored(number: Int, precision: String) throws {
    let model = try model(number, precision)
    let prompt = try DrawnPrompt(model, number: 1)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (half, copy) = (folder.appending(path: "a").path, folder.appending(path: "b").path)

    let whole = try ModelStream(model)
    var expected: [[Double]] = []
    for position in prompt.x.indices {
      if position == 5 { try whole.save(to: half) }
      expected.append(
        try whole.predict(
          prompt.x[position], label: position == 0 ? nil : prompt.y[position - 1]))
    }
    let again = try ModelStream(model)
    try again.restore(from: half)
    #expect(again.positions == 5)
    try again.save(to: copy)
    #expect(
      try Data(contentsOf: URL(filePath: half)) == Data(contentsOf: URL(filePath: copy)))
    for position in 5..<prompt.x.count {
      // The same bits, not nearly the same.
      let prediction = try again.predict(prompt.x[position], label: prompt.y[position - 1])
      #expect(prediction == expected[position])
    }
    #expect(again.state == whole.state)
  }

  @Test func refusals() throws {
    let model = try model(0, "single")
    let stream = try ModelStream(model)
    #expect(throws: Failure.self) { try stream.predict([1, 2, 3], label: [1]) }
    #expect(throws: Failure.self) { try stream.predict([1, 2], label: nil) }
    #expect(throws: Failure.self) { try stream.restore(from: "/nowhere") }
  }
}
