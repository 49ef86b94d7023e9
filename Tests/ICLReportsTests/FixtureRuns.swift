import ICLRecords
import ICLReports

/// The run directories that `Fixtures/make.py` wrote.
enum FixtureRuns {
  static let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()

  static func run(_ name: String) throws -> RunSeries {
    try RunSeries(path: "\(folder)/Fixtures/\(name)")
  }

  static func three() throws -> [RunSeries] {
    try ["one-head-seed-1", "one-head-seed-2", "two-heads-seed-1"].map(run)
  }
}
