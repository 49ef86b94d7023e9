import ArgumentParser
import ICLRecords
import ICLTraining

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicts one prompt of a task, as a whole or token by token.",
    discussion: """
      With --stream a recurrent model sees one pair after the other and keeps a state of fixed size, \
      which can be saved and taken up again: the predictions after it are the same bytes. Prompts \
      are those of an evaluation with the same seed.

      EXAMPLES:
        icl-host predict runs/first --prompt 3
        icl-host predict --model gd-ssm --task ridge --stream
        icl-host predict runs/first --stream --positions 6 --save state.safetensors
        icl-host predict runs/first --stream --state state.safetensors
      """)

  @Argument(
    help: ArgumentHelp("The directory of a run, or an experiment.", valueName: "run"))
  var source: String?
  @Option(name: .long, parsing: .unconditional, help: "The number of the prompt, from 0.")
  var prompt = 0
  @Flag(name: .long, help: "Token by token, with a state between.")
  var stream = false
  @Option(name: .long, parsing: .unconditional, help: "Stop when so many x were seen.")
  var positions: Int?
  @Option(
    name: .long, help: ArgumentHelp("Go on from this state.", valueName: "file"))
  var state: String?
  @Option(name: .long, help: ArgumentHelp("Write the state at the end.", valueName: "file"))
  var save: String?
  @OptionGroup var components: ComponentOptions
  @OptionGroup var machine: MachineOptions
  @OptionGroup var settings: SettingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    guard stream || (state == nil && save == nil && positions == nil) else {
      throw ValidationError("--state, --save and --positions are of --stream.")
    }
    guard prompt >= 0, positions ?? 1 >= 1 else {
      throw ValidationError("--prompt counts from 0 and --positions from 1.")
    }
  }

  func run() throws {
    let settings = try settings.read(machine.values)
    let model = try model(settings)
    let drawn = try DrawnPrompt(model, number: prompt)
    guard stream else {
      let first = drawn.x.count - drawn.predictions.count
      return show(drawn, first: first, drawn.predictions, stream: nil)
    }
    let feed = try ModelStream(model)
    if let state { try feed.restore(from: state) }
    let first = feed.positions
    let end = min(positions ?? drawn.x.count, drawn.x.count)
    guard first < end else {
      throw ValidationError("the state has seen \(first) x; there is none left before \(end).")
    }
    let predictions = try (first..<end).map {
      try feed.predict(drawn.x[$0], label: $0 == 0 ? nil : drawn.y[$0 - 1])
    }
    if let save { try feed.save(to: save) }
    show(drawn, first: first, predictions, stream: feed)
  }

  private func model(_ settings: Settings) throws -> GivenModel {
    if let directory = source, RunDestination.isRun(directory) {
      return GivenModel(
        try TrainedRun(
          opening: directory, overrides: components.adding(to: settings), in: plugins.catalog))
    }
    var experiment = try components.experiment(
      file: RecordOptions.file(of: source), settings: settings)
    experiment.optimizer = nil
    return GivenModel(try ResolvedRun(experiment, in: plugins.catalog))
  }

  private func show(
    _ drawn: DrawnPrompt, first: Int, _ predictions: [[Double]], stream: ModelStream?
  ) {
    let rows = predictions.enumerated().map { offset, prediction in
      (position: first + offset, prediction: prediction, label: drawn.label(first + offset))
    }
    func numbers(_ values: [Double]) -> JSON { .array(values.map { .real($0) }) }
    var document: JSON = [
      "prompt": .integer(prompt), "first_position": .integer(first),
      "predictions": .array(rows.map { numbers($0.prediction) }),
      "labels": .array(rows.map { numbers($0.label) }),
    ]
    if let stream { document.add("state_bytes", .integer(stream.bytes)) }
    output.show(document) {
      func text(_ values: [Double]) -> String {
        values.map { NumberText.fixed($0, 6) }.joined(separator: " ")
      }
      var table = TextTable([("pairs", .right), ("prediction", .right), ("label", .right)])
      for row in rows { table.add(["\(row.position)", text(row.prediction), text(row.label)]) }
      let note = stream.map { "\n\nThe state has \($0.bytes) bytes after \($0.positions) x." }
      return table.text + (note ?? "")
    }
  }
}

extension DrawnPrompt {
  /// Of position p: a pair's, or the query's target.
  fileprivate func label(_ position: Int) -> [Double] {
    position < y.count ? y[position] : target[target.count - 1]
  }
}
