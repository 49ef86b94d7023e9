import Foundation
import ICLRecords
import ICLTraining
import LearningCoefficients
import Synchronization
import Testing

/// Analyses of recorded runs whose outcome is known.
@Suite struct AnalysisTests {
  /// A finished run with a checkpoint at each end.
  private func record(
    _ name: String, model: String, task: String, _ settings: [String], in folder: URL,
    checkpoints: RecordPlan = RecordPlan(checkpoints: StepSchedule(.at([])))
  ) throws -> String {
    var experiment = try Experiment(
      RunConfiguration(
        model: model, task: task, metrics: [], optimizer: "gradient-descent",
        settings: try Settings(settings + ["run.threads=1", "run.evaluation-prompts=64"])))
    experiment.record = checkpoints
    let path = folder.appending(path: name).path
    let run = try RecordedRun(
      experiment, in: FirstParty.catalog, at: RunDestination(folder: path))
    _ = try run.execute(observe: { _ in }, shouldStop: { false })
    return path
  }

  private func well(_ name: String, _ more: [String], in folder: URL) throws -> String {
    try record(
      name, model: "quadratic-energy", task: "energy",
      ["model.copies=64", "optimizer.learning-rate=0", "run.steps=1", "run.batch=1"]
        + ["run.precision=double"] + more, in: folder)
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static let chains = [
    "chains": "2", "burn-in": "1500", "draws": "6000", "inverse-temperature": "100",
    "localization": "10", "learning-rate": "0.002",
  ]

  private func value(_ name: String, _ line: JSON) -> [Double]? {
    line["values"]?.elements?.first { $0["name"]?.string == name }?["values"]?.reals
  }

  /// nβ E[K] of the chain with its step, in closed form; the true coefficient is 1.
  @Test func wellHasItsCoefficient() throws {
    try inFolder { folder in
      let run = try well("well", ["model.curvatures=1,0.5"], in: folder)
      let out = folder.appending(path: "llc").path
      let report = try Analysis(.llc, settings: Self.chains).execute(
        runs: [run], in: out, threads: 2, catalog: FirstParty.catalog)
      #expect(report.findings.map(\.text) == ["all chains healthy"])
      let lines = try Analysis.lines(of: run, in: out)
      let line = try #require(lines.first { $0["name"]?.string == "analysis" })
      let found = try #require(value("coefficient", line))[0] / 64
      let exact = QuadraticWell(
        curvatures: [1, 0.5], inverseTemperature: 100, localization: 10)
      // 128 wells for 6000 steps, of which about 20 depend on each other.
      #expect(abs(found - exact.langevin(stepSize: 0.002)) < 0.02)
      #expect(abs(found - exact.gibbs) > 0.02)
      let chains = try #require(value("chains", line))
      #expect(chains.count == 2 && chains[0] != chains[1])
      let traces = lines.compactMap { $0["name"]?.string }.filter { $0.hasPrefix("trace-") }
      #expect(traces.count == 100 && Set(traces).count == 1)
    }
  }

  /// A step of 1 multiplies the distance to the minimum by -49: refused, and the other run is not lost.
  @Test func chainsThatRunAwayAreRefused() throws {
    try inFolder { folder in
      let runs = [
        try well("steep", ["model.curvatures=1"], in: folder),
        try well("flat", ["model.curvatures=1e-9"], in: folder),
      ]
      let out = folder.appending(path: "llc").path
      let settings = Self.chains.merging(["learning-rate": "1", "localization": "0.01"]) { $1 }
      let report = try Analysis(.llc, settings: settings).execute(
        runs: runs, in: out, threads: 1, catalog: FirstParty.catalog)
      #expect(report.findings.count == 2)
      #expect(report.findings[0].text.contains("chain 0 is not finite from step"))
      #expect(!report.findings[1].text.contains("not finite"))
      let line = try #require(try Analysis.lines(of: runs[0], in: out).first)
      #expect(value("is-healthy", line) == [0])
      #expect(value("coefficient", line) == nil)
      #expect(value("estimate", line)?[0].isNaN == true)
    }
  }

  @Test func threadsAndStopsChangeNothing() throws {
    try inFolder { folder in
      let runs = try (1...3).map {
        try well("well-\($0)", ["model.curvatures=\($0)"], in: folder)
      }
      var settings = Self.chains
      settings["draws"] = "100"
      settings["burn-in"] = "100"
      let analysis = try Analysis(.llc, settings: settings)
      func bytes(_ name: String) throws -> [Data] {
        try (1...3).map {
          try Data(contentsOf: folder.appending(path: "\(name)/well-\($0)/metrics.jsonl"))
        }
      }
      func execute(_ name: String, threads: Int, stop: Bool = false) throws {
        let counter = Counter()
        _ = try analysis.execute(
          runs: runs, in: folder.appending(path: name).path, threads: threads,
          catalog: FirstParty.catalog, observe: { _ in counter.add() },
          shouldStop: { stop && counter.number > 0 })
      }
      try execute("one", threads: 1)
      try execute("two", threads: 2)
      #expect(throws: Failure.self) { try execute("stopped", threads: 1, stop: true) }
      #expect(throws: (any Error).self) { try bytes("stopped") }
      try execute("stopped", threads: 1)
      #expect(try bytes("one") == bytes("two"))
      #expect(try bytes("one") == bytes("stopped"))
      #expect {
        _ = try Analysis(.transient).execute(
          runs: runs, in: folder.appending(path: "one").path, threads: 1,
          catalog: FirstParty.catalog)
      } throws: { "\($0)".contains("it holds another analysis: llc with") }
    }
  }

  /// Of a run that goes down a well, the start is no minimum and the end is one: the end is looked at.
  @Test func lastCheckpointIsTheDefault() throws {
    try inFolder { folder in
      let run = try record(
        "down", model: "quadratic-energy", task: "energy",
        ["model.copies=64", "model.minimum=0.3", "optimizer.learning-rate=0.5", "run.steps=64"]
          + ["run.batch=1", "run.precision=double"], in: folder,
        checkpoints: RecordPlan(checkpoints: StepSchedule(.every(32))))
      func problems(_ name: String, _ steps: String) throws -> (Int?, [Double]?) {
        let out = folder.appending(path: name).path
        let settings = Self.chains.merging(["steps": steps]) { $1 }
        _ = try Analysis(.llc, settings: settings).execute(
          runs: [run], in: out, threads: 1, catalog: FirstParty.catalog)
        let line = try #require(try Analysis.lines(of: run, in: out).first)
        return (line["step"]?.integer, value("is-healthy", line))
      }
      #expect(try problems("first", "0") == (0, [0]))
      #expect(try problems("near", "30") == (32, [1]))
      #expect(try problems("last", "") == (64, [1]))
    }
  }

  /// 0.3 beside the minimum, chains find less than they started with: no coefficient.
  @Test func noMinimumIsRefused() throws {
    try inFolder { folder in
      let run = try well("beside", ["model.minimum=0.3"], in: folder)
      let out = folder.appending(path: "llc").path
      let report = try Analysis(.llc, settings: Self.chains).execute(
        runs: [run], in: out, threads: 1, catalog: FirstParty.catalog)
      #expect(report.findings[0].text.contains("the start is no minimum"))
      let line = try Analysis.lines(of: run, in: out)[0]
      #expect(value("coefficient", line) == nil && value("is-healthy", line) == [0])
      #expect(try #require(value("estimate", line))[0] < 0)
    }
  }

  /// With as many components as numbers, distances between positions are those of predictions.
  @Test func trajectoriesKeepDistances() throws {
    try inFolder { folder in
      let settings = [
        "task.dimension=2", "task.context-length=2", "task.pool=split-mix", "model.width=8",
        "model.mlp-width=8", "model.heads=2", "model.layers=1", "run.steps=20", "run.batch=16",
        "optimizer.learning-rate=0.05",
      ]
      let record = RecordPlan(checkpoints: StepSchedule(.every(5)))
      let runs = try [0, 3].map { tasks in
        try self.record(
          "run-\(tasks)", model: "softmax-transformer", task: "ridge",
          settings + ["task.tasks=\(tasks)"], in: folder, checkpoints: record)
      }
      let out = folder.appending(path: "pca").path
      _ = try Analysis(
        .trajectories,
        settings: ["evaluation": "test", "prompts": "1", "components": "3"]
      ).execute(runs: runs, in: out, threads: 2, catalog: FirstParty.catalog)
      var (positions, rows) = ([[Double]](), [[Double]]())
      for run in runs {
        let lines = try Analysis.lines(of: run, in: out)
        #expect(lines.map { $0["step"]?.integer } == [0, 5, 10, 15, 20])
        positions += lines.compactMap { value("position", $0) }
        let name = try RunDirectory(opening: run).name
        let file = try NpzReader(path: "\(out)/\(name)/predictions.npz")
        let values = try file.array("predictions").values
        rows += stride(from: 0, to: 15, by: 3).map { Array(values[$0..<$0 + 3]) }
        // dMMSE is only there where there is a set.
        #expect(value("ridge", lines[0]) != nil)
        #expect((value("dmmse", lines[0]) != nil) == run.hasSuffix("3"))
        let shares = try #require(value("loading-by-position", lines[0]))
        #expect(abs(shares[0..<3].reduce(0, +) - 1) < 1e-9)
        #expect(abs(try #require(value("explained", lines[0])).reduce(0, +) - 1) < 1e-9)
      }
      func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      for i in 0..<10 {
        for j in 0..<i {
          #expect(
            abs(distance(positions[i], positions[j]) - distance(rows[i], rows[j])) < 1e-9)
        }
      }
    }
  }

  @Test func whatCannotBeAnalysedIsRefused() throws {
    try inFolder { folder in
      let run = try well("well", [], in: folder)
      let analysis = try Analysis(.transient)
      #expect {
        _ = try analysis.execute(
          runs: [run], in: folder.appending(path: "t").path, threads: 1,
          catalog: FirstParty.catalog)
      } throws: { "\($0)".contains("no evaluations 'fresh' and 'test'") }
      try RunDirectory(opening: run).write(RunStatus(.stopped, step: 0, steps: 1))
      #expect {
        _ = try analysis.execute(
          runs: [run], in: folder.appending(path: "t").path, threads: 1,
          catalog: FirstParty.catalog)
      } throws: { "\($0)".contains("the run is not finished: it is stopped at step 0 of 1") }
      #expect { _ = try Analysis(.llc, settings: ["chain": "3"]) } throws: {
        "\($0)".contains("chains")
      }
    }
  }
}

private final class Counter: Sendable {
  private let value = Mutex(0)
  var number: Int { value.withLock { $0 } }
  func add() { value.withLock { $0 += 1 } }
}
