import ICLPlugins
import ICLRecords
import ICLReports
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
    series = Dictionary(
      uniqueKeysWithValues: RunSeries.quantities(in: lines).map { ($0.name, StepSeries($0)) })
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

extension StepSeries {
  /// A quantity of a run, step by step.
  fileprivate init(_ quantity: RunSeries.Quantity) {
    self.init(
      steps: quantity.steps,
      points: quantity.values.indices.map {
        Quantity(
          shape: quantity.shape, values: quantity.values[$0],
          errors: quantity.standardErrors?[$0])
      })
  }
}
