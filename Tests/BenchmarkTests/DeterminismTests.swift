import ICLTraining
import Testing

/// Losses and parameters of every workload, at its full size, are the same bits at any number of
/// threads.
///
/// 50 steps, but fewer where a step takes more than 20 ms; the whole suite takes less than a minute.
@Suite(.serialized) struct DeterminismTests {
  static let steps = [
    "W4-d512": 1, "W5-s6": 10, "W7-dmmse": 1, "W8": 4,
  ]

  @Test(arguments: Workload.all.filter { $0.obstacle == nil }.map(\.name))
  func threadsChangeNoBit(name: String) throws {
    let workload = try #require(Workload.all.first { $0.name == name })
    func outcome(_ threads: Int) throws -> WorkloadOutcome {
      try workload.outcome(
        workload.prepared(threads: threads, backend: nil, catalog: Benchmark.catalog),
        chains: workload.preparedChains(
          threads: threads, backend: nil, catalog: Benchmark.catalog),
        steps: Self.steps[name] ?? 50)
    }
    let one = try outcome(1)
    let isFinite = (one.losses + one.values.joined()).allSatisfy(\.isFinite)
    #expect(isFinite && !one.values.isEmpty)
    for threads in [2, 3, 5, 16] {
      let several = try outcome(threads)
      #expect(several.losses.map(\.bitPattern) == one.losses.map(\.bitPattern))
      #expect(
        several.values.map { $0.map(\.bitPattern) } == one.values.map { $0.map(\.bitPattern) })
    }
  }

  /// Chains start alike and part with their noise; their prompts are those of one set.
  @Test func chainsDiffer() throws {
    let workload = try #require(Workload.all.first { $0.name == "W8" })
    let run = try workload.prepared(threads: 2, backend: nil, catalog: Benchmark.catalog)
    let others = try workload.preparedChains(
      threads: 2, backend: nil, catalog: Benchmark.catalog)
    #expect(others.count == 3)
    let outcome = try workload.outcome(run, chains: others, steps: 1)
    let parameters = outcome.values.count / 4
    let firsts = (0..<4).map { outcome.values[$0 * parameters] }
    #expect(Set(firsts).count == 4)
    // A step moves by about √ε.
    let distance = zip(firsts[0], firsts[1]).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    #expect(abs(distance / Double(firsts[0].count) / 2e-5 - 1) < 0.2)
  }
}
