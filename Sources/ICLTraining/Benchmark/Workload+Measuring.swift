import ICLEngine
import ICLPlugins

extension Workload {
  /// Runs steps for some seconds, in bursts of at most a quarter of a second.
  public func measure(
    _ run: ResolvedRun, chains others: [ResolvedRun] = [], seconds: Double
  ) throws(Failure) -> Measurement {
    let work = try work(run, others)
    let first = try work.step(0)
    let startup = Clock.processAge
    let before = Clock.wall
    var last = try work.step(1)
    let estimate = max(Clock.wall - before, 1e-7)
    let length = max(1, Int(min(0.25, seconds / 8) / estimate))
    var done = 2
    func burst() throws(Failure) {
      for _ in 0..<length {
        last = try work.step(done)
        done += 1
      }
    }
    try burst()
    var (wall, processor): ([Double], [Double]) = ([], [])
    let end = Clock.wall + seconds
    while Clock.wall < end || wall.count < 3 {
      let (cpu, start) = (Clock.processor, Clock.wall)
      try burst()
      wall.append((Clock.wall - start) / Double(length))
      processor.append((Clock.processor - cpu) / Double(length))
    }
    let configuration = work.program.configuration
    return Measurement(
      workload: self, threads: configuration.threads,
      backend: try failing { try Backend.load(configuration.backend) }.name.rawValue,
      startup: startup, wall: wall, processor: processor, peakMemory: Machine.peakMemory,
      firstLoss: first, lastLoss: last)
  }

  /// The run; a failure says that the workload is not available and why.
  public func prepared(
    threads: Int, backend: String?, catalog: PluginCatalog
  ) throws(Failure) -> ResolvedRun {
    if let obstacle { throw Failure(.pluginRefused, key: name, obstacle) }
    return try ResolvedRun(configuration(threads: threads, backend: backend), in: catalog)
  }
}
