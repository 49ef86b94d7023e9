import ICLTraining

/// What a reproduction found.
public struct ReproductionResult: Sendable {
  public var reproduction: Reproduction
  public var verdicts: [Verdict]
  public var figures: [DrawnFigure]
  /// The runs of each group that has all of them, by variation.
  public var finished: [String: [[FinishedRun]]]
  /// That runs computed, one after the other.
  public var seconds: Double
  public var computedRuns: Int
  public var reusedRuns: Int

  public var holds: Bool { verdicts.allSatisfy(\.holds) }

  /// Whether every check turned out as its file says.
  public var isAsStated: Bool { verdicts.allSatisfy(\.isAsStated) }

  /// "87 of 89 checks hold, and 2 are known not to"
  public var summary: String {
    let held = verdicts.count(where: \.holds)
    let known = verdicts.count { !$0.holds && $0.isAsStated }
    return "\(held) of \(verdicts.count) checks hold"
      + (known == 0 ? "" : ", and \(known) \(known == 1 ? "is" : "are") known not to")
  }
}

extension Reproduction {
  /// Does the runs that are not finished, measures, and draws.
  ///
  /// A run that fails fails the checks that need it, and no others. Only a stop ends it all.
  ///
  /// - Parameters:
  ///   - folder: run directories are in its folder `runs`.
  ///   - workers: how many runs may go on at once, each on one thread.
  public func execute(
    _ executor: any RunExecutor, in folder: String, workers: Int, times: inout PaperTimes,
    observe: @escaping @Sendable (ReproductionProgress) -> Void = { _ in }
  ) throws -> ReproductionResult {
    let plans = runs
    let known = times
    let queue = RunQueue(
      plans, executor, folder: "\(folder)/runs", workers: workers,
      estimate: { known.seconds($0, form) }, observe: observe)
    let results = try queue.finish(plans)
    var finished: [String: Result<[[FinishedRun]], Failure>] = [:]
    var place = 0
    for group in groups where group.analysis == nil {
      let counts = group.runs(in: form).map(\.count)
      finished[group.name] = Self.joined(counts, results, &place)
    }
    var seen = queue.seen(in: form)
    try analyse(&finished, executor, "\(folder)/analyses", workers, &seen, observe)
    times.keep(seen)

    let runs = { (group: String) throws -> [[FinishedRun]] in try finished[group]?.get() ?? [] }
    let shared = ValueReader(paper.values, runs: runs)
    let verdicts = checks.map { check in
      let reader =
        check.values.isEmpty ? shared : ValueReader(paper.values(of: check), runs: runs)
      return check.verdict(in: form, reader: reader)
    }
    let (computed, reused) = queue.counts
    return ReproductionResult(
      reproduction: self, verdicts: verdicts, figures: figures.map { $0.drawn(shared) },
      finished: finished.compactMapValues { try? $0.get() }, seconds: computed.reduce(0, +),
      computedRuns: computed.count, reusedRuns: reused)
  }

  /// The runs of a group by variation, or what went wrong with the first that failed.
  private static func joined(
    _ counts: [Int], _ results: [Result<FinishedRun, Failure>], _ place: inout Int
  ) -> Result<[[FinishedRun]], Failure> {
    var variations: [[FinishedRun]] = []
    var failure: Failure?
    for count in counts {
      var runs: [FinishedRun] = []
      for result in results[place..<(place + count)] {
        switch result {
        case .success(let run): runs.append(run)
        case .failure(let error): failure = failure ?? error
        }
      }
      variations.append(runs)
      place += count
    }
    return failure.map { .failure($0) } ?? .success(variations)
  }
}
