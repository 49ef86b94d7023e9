import ICLTraining

extension Reproduction {
  /// Does the analyses, each of the finished runs of its group, on all workers.
  ///
  /// One that fails fails the checks that need it, and no others. Only a stop ends it all.
  func analyse(
    _ finished: inout [String: Result<[[FinishedRun]], Failure>], _ executor: any RunExecutor,
    _ folder: String, _ workers: Int, _ times: inout RunTimes,
    _ observe: @escaping @Sendable (ReproductionProgress) -> Void
  ) throws {
    let analyses = groups.filter { $0.analysis != nil }
    for (number, group) in analyses.enumerated() {
      guard let work = group.analysis else { continue }
      let begin = ContinuousClock.now
      let tell = { @Sendable (fraction: Double) in
        observe(
          ReproductionProgress(
            run: number + 1, runs: analyses.count, name: group.name, fraction: fraction,
            secondsLeft: nil))
      }
      do {
        let runs = try Self.chosen(finished[work.group]?.get() ?? [], work)
        let analysis = try Analysis(work.kind, settings: group.options(in: form))
        let sources = try executor.analyse(
          runs.flatMap { $0 }, analysis, in: folder, threads: workers, observe: tell)
        finished[group.name] = .success(Self.with(runs, sources))
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let count = max(sources.count, 1)
        // One that was found done is no measurement, where there is a better one.
        let key = RunTimes.key(group.name, form)
        let counts = seconds > 0.5 || times.entries[key] == nil
        for _ in sources where counts {
          times.add(group.name, form, seconds: seconds / Double(count))
        }
      } catch {
        let failure = Failure(error)
        if failure.status == .stopped { throw failure }
        finished[group.name] = .failure(failure)
      }
    }
  }

  private static func chosen(
    _ runs: [[FinishedRun]], _ work: RunGroup.AnalysisWork
  ) -> [[FinishedRun]] {
    runs.filter { variation in
      variation.first.map { run in work.only.allSatisfy { run.plan.has($0) } } ?? false
    }
  }

  /// The same runs, with what the analysis recorded of them.
  private static func with(
    _ runs: [[FinishedRun]], _ sources: [any SeriesSource]
  ) -> [[FinishedRun]] {
    var place = 0
    return runs.map { variation in
      variation.map { run in
        defer { place += 1 }
        var run = run
        run.source = sources[place]
        run.seconds = nil
        return run
      }
    }
  }
}
