import Foundation
import ICLTraining
import Testing

@Suite struct ExperimentScheduleTests {
  static let patterns: [StepSchedule.Pattern] = [
    .every(1), .every(7), .every(1000), .at([]), .at([0, 3, 99, 100, 101]), .linear(1), .linear(7),
    .linear(500), .logarithmic(1), .logarithmic(2), .logarithmic(10), .logarithmic(400),
    .logarithmicDown(1), .logarithmicDown(10), .logarithmicDown(400),
    .union([.every(100), .logarithmicDown(30)]),
    .union([.linear(3), .union([.at([5]), .every(7)])]),
  ]

  private static func definition(_ pattern: StepSchedule.Pattern, _ steps: Int) -> Set<Int> {
    func power(_ i: Int, _ n: Int) -> Double {
      i == n - 1 ? Double(steps) : pow(Double(steps), Double(i) / Double(n - 1))
    }
    switch pattern {
    case .every(let n): return Set((1...steps).filter { $0 % n == 0 })
    case .at(let given): return Set(given.filter { $0 <= steps })
    case .linear(let n):
      return Set((1...n).map { Int((Double($0 * steps) / Double(n)).rounded()) })
    case .logarithmic(let n): return Set((0..<n).map { Int(power($0, n).rounded()) })
    case .logarithmicDown(let n): return Set((0..<n).map { Int(power($0, n)) })
    case .union(let parts):
      return parts.reduce(into: []) { $0.formUnion(definition($1, steps)) }
    }
  }

  /// Every 100 steps, and ⌊150000^(j/999)⌋: 1501 and 711 of them, 2203 together, as published for
  /// the runs of arXiv 2501.17745.
  @Test func publishedUnionHasItsCount() {
    let schedule = StepSchedule(.union([.every(100), .logarithmicDown(1000)]))
    #expect(schedule.steps(of: 150_000).count == 2203)
    #expect(StepSchedule(.every(100)).steps(of: 150_000).count == 1501)
    let logarithmic = StepSchedule(.logarithmicDown(1000), first: false)
    #expect(logarithmic.steps(of: 150_000).count == 711)
  }

  /// The definition, step by step, beside the search.
  @Test(arguments: patterns, [1, 2, 10, 100, 997])
  func membershipIsTheDefinition(pattern: StepSchedule.Pattern, steps: Int) {
    let wanted = Self.definition(pattern, steps)
    for (first, last) in [(true, true), (false, false), (false, true)] {
      let schedule = StepSchedule(pattern, first: first, last: last)
      var all = wanted
      if first { all.insert(0) }
      if last { all.insert(steps) }
      #expect(schedule.steps(of: steps) == all.sorted())
      #expect((-1...steps + 1).filter { schedule.contains(step: $0, of: steps) } == all.sorted())
    }
  }

  @Test func pointsInEqualRatios() {
    let schedule = StepSchedule(.logarithmic(4))
    #expect(schedule.steps(of: 1000) == [0, 1, 10, 100, 1000])
    #expect(StepSchedule(.linear(4)).steps(of: 1000) == [0, 250, 500, 750, 1000])
    #expect(StepSchedule.atEnd.steps(of: 1000) == [1000])
    // A million points of a very long run are found without being listed.
    #expect(StepSchedule(.linear(1_000_000)).contains(step: 5_000_000, of: 1_000_000_000_000))
    #expect(!StepSchedule(.linear(1_000_000)).contains(step: 5_000_001, of: 1_000_000_000_000))
  }

  private func schedule(
    _ points: [(Int, String)], _ interpolation: OptionSchedule.Interpolation = .step,
    every: Int = 1
  ) -> OptionSchedule {
    OptionSchedule(
      owner: .task, option: "noise-variance",
      points: points.map { OptionSchedule.Point(step: $0.0, text: $0.1) },
      interpolation: interpolation, every: every)
  }

  @Test func valuesStep() {
    let steps = schedule([(0, "0.25"), (5, "1"), (9, "1")])
    #expect(
      (0...10).map(steps.text).joined(separator: " ")
        == "0.25 0.25 0.25 0.25 0.25 1 1 1 1 1 1")
    #expect((0...20).filter(steps.changes) == [5])
  }

  @Test func valuesAreInterpolated() throws {
    let line = schedule([(0, "1"), (10, "2"), (20, "0")], .linear)
    for (step, value) in [(0, 1), (5, 1.5), (9, 1.9), (10, 2), (15, 1), (20, 0), (99, 0)] {
      let found = try #require(Double(line.text(at: step)))
      #expect(abs(found - value) < 1e-15)
    }
    let ratio = schedule([(0, "1"), (10, "100")], .logarithmic)
    let middle = try #require(Double(ratio.text(at: 5)))
    #expect(abs(middle - 10) < 1e-12)
    #expect((0...30).filter(line.changes) == Array(1...20))
  }

  /// Values change only every so many steps, and at the given ones.
  @Test func changesAreHeldBack() throws {
    let held = schedule([(0, "0"), (10, "10"), (13, "13")], .linear, every: 4)
    #expect(
      (0...14).map { Double(held.text(at: $0)) } == [
        0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 10, 10, 10, 13, 13,
      ])
    #expect((0...14).filter(held.changes) == [4, 8, 10, 13])
    // What `changes` says is what the texts do.
    for step in 1...14 {
      #expect(held.changes(at: step) == (held.text(at: step) != held.text(at: step - 1)))
    }
  }

  @Test func wholeNumbersStayWhole() throws {
    let folder = try ExperimentFolder([
      "x.yaml": """
      model: linear-attention
      task: {component: ridge, dimension: 2}
      schedules:
        task.tasks: {steps: [0, 10], values: [1, 1000], interpolation: logarithmic}
      """
    ])
    let run = try ResolvedRun(folder.experiment("x.yaml"), in: TestPlugins.catalog)
    let texts = (0...10).map { run.schedules[0].text(at: $0) }
    #expect(texts == ["1", "2", "4", "8", "16", "32", "63", "126", "251", "501", "1000"])
  }

  /// The components of a step have its values; others stay the same objects.
  @Test func componentsFollow() throws {
    let run = try ResolvedRun(
      Experiment(file: ExperimentFolder.examples + "/changing-noise.yaml"), in: TestPlugins.catalog)
    #expect(run.task.signature.properties["noise-variance"] == 0.25)
    let before = try run.components(at: 1499)
    let after = try run.components(at: 1500)
    #expect(before.task.signature.properties["noise-variance"] == 0.25)
    #expect(after.task.signature.properties["noise-variance"] == 1)
    #expect(after.model === run.model)
    #expect(after.optimizer !== run.optimizer)
    #expect(run.changes(at: 1500) && run.changes(at: 100) && !run.changes(at: 1501))
    // Evaluated on what training ends with, unless the evaluation says otherwise.
    let noise = Dictionary(
      uniqueKeysWithValues: run.evaluations.map {
        ($0.name, $0.task.signature.properties["noise-variance"])
      })
    #expect(noise == ["test": 1, "quiet": 0.05, "longer-context": 1, "query-alone": 1])
  }
}
