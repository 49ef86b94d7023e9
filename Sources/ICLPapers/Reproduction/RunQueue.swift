import Dispatch
import ICLTraining
import Synchronization

/// Does planned runs: as many at once as there are workers while there are enough of them, each on
/// one thread, then the rest in turn on all threads.
///
/// Runs that share nothing use processors better than the threads of one run, which wait for each
/// other at every step; results do not depend on it.
final class RunQueue: Sendable {
  private struct State {
    var next = 0
    var results: [Result<FinishedRun, Failure>?]
    var timeLeft: TimeLeft
    var stopped: Failure?
  }

  private let plans: [PlannedRun]
  /// For each of the runs that were asked for, its place in `plans`.
  private let places: [Int]
  private let executor: any RunExecutor
  private let folder: String
  private let workers: Int
  private let observe: @Sendable (ReproductionProgress) -> Void
  private let state: Mutex<State>

  /// Runs of two groups that are the same are done once.
  init(
    _ wanted: [PlannedRun], _ executor: any RunExecutor, folder: String, workers: Int,
    estimate: (String) -> Double?,
    observe: @escaping @Sendable (ReproductionProgress) -> Void
  ) {
    var known: [PlannedRun.Identity: Int] = [:]
    var plans: [PlannedRun] = []
    places = wanted.map { run in
      if let place = known[run.identity] { return place }
      known[run.identity] = plans.count
      plans.append(run)
      return plans.count - 1
    }
    self.plans = plans
    self.executor = executor
    self.folder = folder
    self.workers = max(1, workers)
    self.observe = observe
    let timeLeft = TimeLeft(plans, estimate: estimate)
    state = Mutex(State(results: plans.map { _ in nil }, timeLeft: timeLeft))
  }

  /// The result of each run that was asked for, under its own name.
  ///
  /// Errors: a stop. What else goes wrong stands in the results.
  func finish(_ wanted: [PlannedRun]) throws(Failure) -> [Result<FinishedRun, Failure>] {
    if workers > 1, plans.count >= workers {
      let shared = plans.count / workers * workers
      DispatchQueue.concurrentPerform(iterations: workers) { _ in
        while let run = take(before: shared) { execute(run, threads: 1) }
      }
    }
    while let run = take(before: plans.count) { execute(run, threads: nil) }
    let (results, stopped) = state.withLock { ($0.results, $0.stopped) }
    if let stopped { throw stopped }
    return zip(wanted, places).compactMap { plan, place in
      results[place]?.map { run in
        var run = run
        run.plan = plan
        return run
      }
    }
  }

  private func take(before end: Int) -> Int? {
    state.withLock { state in
      guard state.next < end, state.stopped == nil else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  private func execute(_ number: Int, threads: Int?) {
    let plan = plans[number]
    let start = ContinuousClock.now
    tell(number, plan, 0, elapsed: 0, threads)
    let result: Result<FinishedRun, Failure>
    do {
      result = .success(
        try executor.execute(plan, in: folder, threads: threads) { [self] fraction in
          tell(number, plan, fraction, elapsed: (.now - start) / .seconds(1), threads)
        })
    } catch {
      result = .failure(Failure(error))
    }
    state.withLock { state in
      state.results[number] = result
      switch result {
      case .success(let run): state.timeLeft.finished(number, seconds: run.seconds)
      case .failure(let failure):
        state.timeLeft.finished(number, seconds: nil)
        if failure.status == .stopped, state.stopped == nil { state.stopped = failure }
      }
    }
  }

  private func tell(
    _ number: Int, _ plan: PlannedRun, _ fraction: Double, elapsed: Double, _ threads: Int?
  ) {
    let left = state.withLock {
      $0.timeLeft.left(
        number, fraction: fraction, elapsed: elapsed, workers: threads == 1 ? workers : 1)
    }
    observe(
      ReproductionProgress(
        run: number + 1, runs: plans.count, name: plan.name, fraction: fraction,
        secondsLeft: left))
  }

  /// Seconds of the runs that were computed, and how many were found finished.
  var counts: (computed: [Double], reused: Int) {
    let runs = state.withLock { $0.results }.compactMap { try? $0?.get() }
    return (runs.compactMap(\.seconds), runs.count { $0.seconds == nil })
  }

  /// The times of the runs that were computed.
  func seen(in form: ReproductionForm) -> RunTimes {
    var times = RunTimes(speed: MachineSpeed.measure())
    for case .success(let run)? in state.withLock({ $0.results }) {
      if let seconds = run.seconds { times.add(run.plan.group, form, seconds: seconds) }
    }
    return times
  }
}

extension PlannedRun {
  /// What decides of its numbers, as far as a paper says it.
  struct Identity: Hashable {
    var work: RunGroup.Work
    var settings: [String: String]
  }

  var identity: Identity {
    Identity(
      work: work, settings: Dictionary(settings.map { ($0.key, $0.value) }) { $1 })
  }

  /// "separate model.rank=4, seed 3"
  public var name: String {
    "\(group)\(variationText.isEmpty ? "" : " \(variationText)"), seed \(seed)"
  }
}
