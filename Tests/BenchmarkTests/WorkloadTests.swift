import ICLTraining
import Testing

@Suite struct WorkloadTests {
  /// Counts as the peers' description states them, rounded as there.
  static let published: [String: Double] = [
    "W1-direct": 983_040, "W1-moment": 7200, "W2-r1": 983_040, "W2-r4": 983_040,
    "W3-diag-h1": 357e6, "W3-diag-h4": 357e6, "W3-full-h1": 586e6, "W3-full-h4": 1273e6,
    "W4-d64": 2.85e9, "W4-d512": 158.1e9, "W5-gd-n10": 1.96e6, "W5-gd-n1024": 289.8e6,
    "W5-s6": 755e6, "W6": 268e6, "W7-ridge": 260e6, "W7-dmmse": 24.7e9, "W8": 11.4e9,
  ]

  @Test func countsAreThePublishedOnes() {
    #expect(Set(Workload.all.map(\.name)) == Set(Self.published.keys))
    for workload in Workload.all {
      let expected = Self.published[workload.name] ?? 0
      #expect(abs(workload.flops / expected - 1) < 0.003, "\(workload.name) \(workload.flops)")
    }
  }

  @Test func namesAndTheirStarts() throws {
    #expect(try Workload.named("W3").map(\.name).count == 4)
    #expect(try Workload.named("W6").map(\.name) == ["W6"])
    #expect(try Workload.named("all").count == 17)
    #expect(throws: Failure.self) { try Workload.named("W9") }
  }

  /// Every option that a workload sets exists in its components.
  @Test(arguments: Workload.all.filter { $0.obstacle == nil }.map(\.name))
  func workloadsAreRuns(name: String) throws {
    let workload = try #require(Workload.all.first { $0.name == name })
    let run = try workload.prepared(threads: 2, backend: nil, catalog: Benchmark.catalog)
    #expect(run.options.batch == workload.batch)
    #expect(run.options.prompts == workload.prompts)
    #expect((run.optimizer == nil) == (workload.optimizer == nil))
  }

  @Test func anObstacleIsSaid() throws {
    var workload = Benchmark.small
    workload.obstacle = "it is too hard"
    let hard = workload
    let failure = #expect(throws: Failure.self) {
      try hard.prepared(threads: 1, backend: nil, catalog: Benchmark.catalog)
    }
    #expect(failure?.message == "it is too hard")
    workload.obstacle = nil
    workload.model = "telepathy"
    let unknown = workload
    #expect(throws: Failure.self) {
      try unknown.prepared(threads: 1, backend: nil, catalog: Benchmark.catalog)
    }
  }

  @Test func measuringGivesWhatThePeersPrint() throws {
    let run = try Benchmark.small.prepared(
      threads: 1, backend: "baseline", catalog: Benchmark.catalog)
    let measurement = try Benchmark.small.measure(run, seconds: 0.05)
    #expect(measurement.backend == "baseline" && measurement.threads == 1)
    #expect(measurement.wall.count >= 3 && measurement.wall.count == measurement.processor.count)
    #expect(measurement.best > 0 && measurement.best <= measurement.median)
    #expect(measurement.peakMemory > 1e6 && measurement.peakMemory < 1e10)
    #expect(measurement.startup.map { $0 > 0 } == true)
    #expect(measurement.lastLoss < measurement.firstLoss)
    let line = measurement.document(version: "1").line
    for key in [
      "workload", "peer", "version", "threads", "steps_per_s", "sequences_per_s", "tokens_per_s",
      "gflops", "startup_s", "peak_rss_mb", "ms_per_step", "best_ms_per_step", "cpu_ms_per_step",
      "cpu_best_ms_per_step", "flops_per_step", "loss_first", "loss_last",
    ] { #expect(line.contains("\"\(key)\": "), "\(key)") }
    #expect(!line.contains("\n") && !line.contains("null"))
  }
}
