import Foundation
import ICLPapers
import ICLTraining
import Synchronization

/// Series that a test wrote down.
struct MadeSeries: SeriesSource {
  var known: [String: StepSeries] = [:]
  var parameters: [String: StepSeries] = [:]

  func series(_ name: String) throws -> StepSeries {
    guard let series = known[name] else { throw Failure(.badData, "no series '\(name)'.") }
    return series
  }

  func parameter(_ name: String) throws -> StepSeries {
    guard let series = parameters[name] else { throw Failure(.badData, "no '\(name)'.") }
    return series
  }
}

/// Makes runs out of a function; remembers what it was asked for.
final class MadeRuns: RunExecutor {
  typealias Make = @Sendable (PlannedRun) throws -> MadeSeries

  private let make: Make
  let asked = Mutex<[String]>([])

  init(_ make: @escaping Make) { self.make = make }

  func execute(
    _ run: PlannedRun, in folder: String, threads: Int?, observe: @escaping (Double) -> Void
  ) throws -> FinishedRun {
    asked.withLock { $0.append(run.name) }
    observe(0.5)
    return FinishedRun(plan: run, source: try make(run), seconds: 2)
  }
}

extension StepSeries {
  init(_ steps: [Int], _ values: [Double], errors: [Double]? = nil) {
    self.init(
      steps: steps,
      points: values.indices.map { Quantity(values[$0], error: errors?[$0]) })
  }

  init(_ steps: [Int], vectors: [[Double]]) {
    self.init(steps: steps, points: vectors.map { Quantity($0) })
  }
}

/// A folder with a paper.yaml, gone after the body.
func withPaper<Result>(
  _ text: String, _ body: (String) throws -> Result
) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
    .appending(path: "toy")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
  try text.write(to: folder.appending(path: "paper.yaml"), atomically: true, encoding: .utf8)
  return try body(folder.path(percentEncoded: false))
}
