import ICLEngine
import ICLTraining
import Testing

@Suite struct RooflineTests {
  private func measured(_ settings: [String] = []) throws -> Roofline {
    let run = try Benchmark.small.prepared(
      threads: 1, backend: "baseline", catalog: Benchmark.catalog)
    return try Benchmark.small.roofline(run, seconds: 0.05)
  }

  @Test func theLimitIsTheLongerOfTheTwo() throws {
    var roofline = try measured()
    #expect(roofline.limits.flops > 1e8 && roofline.limits.flops < 1e13)
    #expect(roofline.limits.bandwidth > 1e8 && roofline.limits.bandwidth < 1e13)
    roofline.limits = MachineLimits(flops: 1e9, bandwidth: 1e9, secondLevelCache: 1 << 20)
    roofline.executedFlops = 3e4
    roofline.bytes = 1e4
    #expect(abs(roofline.limit - 3e-5) < 1e-12 && !roofline.isBoundByMemory)
    roofline.bytes = 5e4
    #expect(abs(roofline.limit - 5e-5) < 1e-12 && roofline.isBoundByMemory)
    #expect(abs(roofline.fraction - 5e-5 / roofline.seconds) < 1e-12)
    // The plain formula's count holds where the program makes more operations.
    roofline.executedFlops = 1e9
    roofline.measurement.workload.flops = 1e8
    #expect(abs(roofline.limit - 0.1) < 1e-9)
  }

  /// A peak is faster than any workload: 4 x 4 products per load, and no overhead.
  @Test func nothingIsFasterThanThePeak() throws {
    let workload = try #require(Workload.all.first { $0.name == "W4-d64" })
    let run = try workload.prepared(threads: 1, backend: nil, catalog: Benchmark.catalog)
    let roofline = try workload.roofline(run, seconds: 0.2)
    #expect(roofline.fraction > 0.05 && roofline.fraction < 1.02)
  }

  /// Two heads of v [3] and M [3, 2], which gradient descent moves: three passes over parameters and
  /// two over gradients, and the kept parts of fixed prompts, one number for each of 40.
  @Test func bytesAreThoseOfParametersAndKeptValues() throws {
    let roofline = try measured()
    let update = Double((2 * 3 + 2 * 3 * 2) * 4 * 5)
    let kept = roofline.bytes - update
    #expect(kept > 0 && kept.truncatingRemainder(dividingBy: 64) == 0)
    let line = roofline.document(version: "1").line
    for key in [
      "workload", "flops_per_step", "executed_flops_per_step", "bytes_per_step", "peak_gflops",
      "bandwidth_gb_per_s", "limit_ms", "bound", "ms_per_step", "fraction",
    ] { #expect(line.contains("\"\(key)\": "), "\(key)") }
  }
}
