import ICLPlugins
import ICLRecords
import ICLTraining
import Synchronization

/// The series in a run directory.
public final class RecordedSeries: SeriesSource {
  private let path: String
  /// nil for series of an analysis, which has no checkpoints.
  private let directory: RunDirectory?
  private let series: [String: StepSeries]
  private let parameters = Mutex<[String: StepSeries]>([:])

  public convenience init(reading directory: RunDirectory) throws {
    self.init(lines: try directory.metrics(), path: directory.path, directory: directory)
  }

  /// - Parameter lines: as metrics.jsonl has them.
  public init(lines: [JSON], path: String, directory: RunDirectory? = nil) {
    self.path = path
    self.directory = directory
    var builder = Builder()
    for line in lines { builder.add(line) }
    series = builder.series
  }

  public func series(_ name: String) throws -> StepSeries {
    if let found = series[name] { return found }
    let names = series.keys.sorted()
    let nearest = nearestName(to: name, among: names)
    throw Failure(
      .badData, "the run '\(path)' recorded no series '\(name)'.",
      hint: nearest.map { "Did you mean '\($0)'?" }
        ?? "It has: \(names.joined(separator: ", ")).")
  }

  public func parameter(_ name: String) throws -> StepSeries {
    if let known = parameters.withLock({ $0[name] }) { return known }
    var result = StepSeries(steps: [], points: [])
    for file in try directory?.checkpoints() ?? [] {
      let tensors = try file.read().parameters
      guard let tensor = tensors.first(where: { $0.name == name }) else {
        let names = tensors.map(\.name)
        let nearest = nearestName(to: name, among: names)
        throw Failure(
          .badData, "there is no parameter '\(name)' in '\(file.path)'.",
          hint: nearest.map { "Did you mean '\($0)'?" }
            ?? "It has: \(names.joined(separator: ", ")).")
      }
      result.steps.append(file.step)
      result.points.append(Quantity(shape: tensor.shape, values: tensor.values.doubles))
    }
    guard !result.steps.isEmpty else {
      throw Failure(
        .badData, "the run '\(path)' has no checkpoint.",
        hint: "Give its experiment record: {checkpoint-every: …}.")
    }
    let known = result
    parameters.withLock { $0[name] = known }
    return known
  }
}

extension RecordedSeries {
  /// Sorts the lines of metrics.jsonl into series.
  private struct Builder {
    private(set) var series: [String: StepSeries] = [:]

    mutating func add(_ record: JSON) {
      guard let step = record["step"]?.integer else { return }
      switch record["kind"]?.string {
      case "training":
        add("training.loss", step, record["loss"]?.real)
        add("training.learning_rate_scale", step, record["learning_rate_scale"]?.real)
      case "evaluation":
        let name = record["name"]?.string ?? "test"
        add("\(name).loss", step, record["loss"]?.real, record["standard_error"]?.real)
        add("\(name).oracle_loss", step, record["oracle_loss"]?.real)
        add(
          "\(name).loss_by_context_length", step, record["loss_by_context_length"]?.reals,
          record["standard_error_by_context_length"]?.reals)
        add(
          "\(name).oracle_loss_by_context_length", step,
          record["oracle_loss_by_context_length"]?.reals, nil)
        for value in record["values"]?.elements ?? [] { add(value, of: name, step) }
      default: break
      }
    }

    private mutating func add(_ value: JSON, of evaluation: String, _ step: Int) {
      guard let metric = value["metric"]?.string, let name = value["name"]?.string,
        let numbers = value["values"]?.reals
      else { return }
      let shape = value["shape"]?.elements?.compactMap(\.integer) ?? [numbers.count]
      guard shape.reduce(1, *) == numbers.count else { return }
      let errors = value["standard_errors"]?.reals.flatMap {
        $0.count == numbers.count ? $0 : nil
      }
      append(
        "\(evaluation).\(metric).\(name)", step,
        Quantity(shape: shape, values: numbers, errors: errors))
    }

    private mutating func add(
      _ name: String, _ step: Int, _ value: Double?, _ error: Double? = nil
    ) {
      guard let value else { return }
      append(name, step, Quantity(value, error: error))
    }

    private mutating func add(
      _ name: String, _ step: Int, _ values: [Double]?, _ errors: [Double]?
    ) {
      guard let values else { return }
      let errors = errors.flatMap { $0.count == values.count ? $0 : nil }
      append(name, step, Quantity(shape: [values.count], values: values, errors: errors))
    }

    private mutating func append(_ name: String, _ step: Int, _ point: Quantity) {
      series[name, default: StepSeries(steps: [], points: [])].steps.append(step)
      series[name]?.points.append(point)
    }
  }
}
