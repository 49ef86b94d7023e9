import ICLPapers
import ICLTraining
import Synchronization
import Testing

/// From a paper.yaml to verdicts, over runs that a test makes.
@Suite struct ReproductionTests {
  static let text = """
    title: A toy
    runs:
      trained:
        evaluate: {model: m, task: t}
        seeds: 0..3
        vary: {model.rank: [1, 2]}
        quick: {seeds: 0..1, set: {run.steps: 5}}
      broken:
        evaluate: {model: m, task: t}
      long:
        evaluate: {model: m, task: t}
        set: {run.steps: 9}
        quick: no
    values:
      loss: {run: trained, series: test.loss}
      second: {run: trained, series: test.loss, where: {model.rank: 2}}
    checks:
      - {id: C1, title: each variation, source: theory, measure: last(loss), expected: [11.5, 21.5],
         tolerance: {absolute: 1e-9}, quick: {expected: [10.5, 20.5]}}
      - {id: C2, title: one variation, source: derivation, measure: mean(last(second)),
         expected: {value: 20, standard-error: 1}, tolerance: {standard-errors: 3}}
      - {id: C3, title: order, source: published, measure: first(loss) < last(loss), expected: true}
      - {id: C4, title: wrong, source: published, measure: last(loss), expected: [11.5, 21],
         tolerance: {relative: 0.01}, figure: f}
      - {id: C5, title: range, source: published, measure: largest(last(loss)),
         expected: {at-least: 10, at-most: 20}}
      - {id: C6, title: broken, source: published, from: {b: {run: broken, series: test.loss}},
         measure: last(b), expected: 1}
      - {id: C7, title: missing, source: published, from: {b: {run: trained, series: lss}},
         measure: last(b), expected: 1}
      - {id: C8, title: long, source: published, from: {b: {run: long, series: test.loss}},
         measure: last(b), expected: {measure: 2 * first(b)}}
    figures:
      - id: f
        title: F
        must-be-seen: two curves
        panels:
          - lines: [{of: loss, label: "{variation} {seed} of rank {model.rank}"}]
            reference: [10, 20]
    """

  /// The last loss is 10 or 20 (by rank) plus the seed.
  private static func executor() -> MadeRuns {
    MadeRuns { run in
      if run.group == "broken" { throw Failure(.checkFailed, key: "run", "the loss is infinite.") }
      if run.group == "long" {
        return MadeSeries(known: ["test.loss": StepSeries([0, 9], [1, 2])])
      }
      let last = Double((run.variation + 1) * 10 + run.seed)
      return MadeSeries(known: ["test.loss": StepSeries([0, 10], [1, last])])
    }
  }

  private func result(
    part: String? = nil, form: ReproductionForm = ReproductionForm(), workers: Int = 1
  ) throws -> (ReproductionResult, asked: [String]) {
    try withPaper(Self.text) { folder in
      let paper = try Paper(reading: folder)
      let executor = Self.executor()
      var times = PaperTimes(paper, data: nil, speed: 1)
      let result = try Reproduction(paper, part: part, form: form).execute(
        executor, in: folder, workers: workers, times: &times)
      return (result, executor.asked.withLock { $0 })
    }
  }

  @Test func comparesEachCheck() throws {
    let (result, asked) = try result()
    let holds = Dictionary(
      uniqueKeysWithValues: result.verdicts.map { ($0.check.id, $0.holds) })
    #expect(
      holds == [
        "C1": true, "C2": true, "C3": true, "C4": false, "C5": false, "C6": false, "C7": false,
        "C8": true,
      ])
    #expect(!result.holds)
    #expect(asked.count == 10)
    #expect(asked.first == "trained model.rank=1, seed 0")
    #expect(result.computedRuns == 9)
  }

  /// C4 does not hold, C1 does; C6 cannot be measured, which is no disproof.
  @Test(arguments: [("C4", true), ("C1", false), ("C6", false)])
  func aDisprovedClaimMustNotHold(check: String, isAsStated: Bool) throws {
    let text = Self.text.replacing(
      "- {id: \(check),", with: "- {id: \(check), fails: shown elsewhere,")
    try withPaper(text) { folder in
      let paper = try Paper(reading: folder)
      var times = PaperTimes(paper, data: nil, speed: 1)
      let result = try Reproduction(paper, part: check, form: ReproductionForm()).execute(
        Self.executor(), in: folder, workers: 1, times: &times)
      #expect(paper.checks.contains { $0.disproof == "shown elsewhere" })
      #expect(result.isAsStated == isAsStated)
    }
  }

  @Test func saysWhatWasFound() throws {
    let verdicts = try result().0.verdicts
    #expect(verdicts[0].measuredText == "11.5 ± 0.65, 21.5 ± 0.65")
    #expect(verdicts[1].expectedText == "20 ± 1")
    #expect(verdicts[2].measuredText == "true")
    #expect(
      verdicts[3].reason
        == "1 of 2 do not hold; the farthest, number 2: expected 21, measured 21.5")
    #expect(verdicts[4].expectedText == "10 to 20")
    #expect(verdicts[5].measuredText == "not measured")
    #expect(verdicts[5].reason == "run: the loss is infinite.")
    #expect(verdicts[6].reason?.contains("no series 'lss'") == true)
    #expect(verdicts[7].expectedText == "2")
    #expect(verdicts[0].seeds == [0, 1, 2, 3])
  }

  @Test func theShortFormHasItsOwnSeedsAndExpectations() throws {
    let (result, asked) = try result(form: ReproductionForm(isQuick: true))
    #expect(!result.verdicts.contains { $0.check.id == "C8" })
    #expect(result.verdicts[0].holds)
    #expect(asked.count == 5)
    let run = try #require(result.reproduction.runs.last { $0.group == "trained" })
    #expect(run.settings.map(\.text) == ["run.steps=5", "model.rank=2", "run.seed=1"])
  }

  @Test(arguments: [(1, [0]), (6, [0, 1, 2, 3, 4, 5])])
  func takesSoManySeeds(seeds: Int, expected: [Int]) throws {
    let (result, _) = try result(part: "C1", form: ReproductionForm(seeds: seeds))
    #expect(result.verdicts.map(\.seeds) == [expected])
  }

  @Test func aFigureBringsItsChecks() throws {
    let (result, asked) = try result(part: "f")
    #expect(result.verdicts.map(\.check.id) == ["C4"])
    #expect(asked.count == 8)
    let svg = try #require(result.figures.first).svg.get()
    #expect(svg.contains("model.rank=2 3 of rank 2"))
  }

  /// Runs that are done at once give what they give in turn.
  @Test func workersChangeNothing() throws {
    let (one, _) = try result()
    let (several, asked) = try result(workers: 3)
    #expect(several.verdicts.map(\.measured) == one.verdicts.map(\.measured))
    #expect(Set(asked).count == 10)
  }

  /// Two groups may hold the same run.
  @Test func theSameRunIsDoneOnce() throws {
    let text = """
      runs:
        a: {evaluate: {model: m, task: t}, seeds: 0..1, set: {model.heads: 4}}
        b: {evaluate: {model: m, task: t}, seeds: 1..2, set: {model.heads: 3}, vary: {model.heads: [4]}}
      values: {a: {run: a, series: test.loss}, b: {run: b, series: test.loss}}
      checks:
        - {id: A, title: a, source: theory, measure: each(last(a)), expected: [10, 11]}
        - {id: B, title: b, source: theory, measure: each(last(b)), expected: [11, 12]}
      """
    try withPaper(text) { folder in
      let executor = Self.executor()
      let paper = try Paper(reading: folder)
      var times = PaperTimes(paper, data: nil, speed: 1)
      let result = try Reproduction(paper).execute(
        executor, in: folder, workers: 1, times: &times)
      #expect(result.holds)
      #expect(executor.asked.withLock { $0.count } == 3)
    }
  }

  @Test func aStopEndsItAll() throws {
    try withPaper(Self.text) { folder in
      let paper = try Paper(reading: folder)
      var times = PaperTimes(paper, data: nil, speed: 1)
      let executor = MadeRuns { _ in throw Failure(.stopped, "stopped.") }
      let failure = #expect(throws: Failure.self) {
        try Reproduction(paper).execute(executor, in: folder, workers: 1, times: &times)
      }
      #expect(failure?.status == .stopped)
      #expect(executor.asked.withLock { $0.count } == 1)
    }
  }

  @Test func writesAPageThatNeedsNothingElse() throws {
    try withPaper(Self.text) { folder in
      let paper = try Paper(reading: folder)
      var times = PaperTimes(paper, data: nil, speed: 1)
      let result = try Reproduction(paper).execute(
        Self.executor(), in: folder, workers: 1, times: &times)
      let page = try result.write(to: folder, date: "2026-01-02")
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.contains("two curves"))
      #expect(text.contains("<svg"))
      #expect(!text.contains("<?xml"))
      #expect(!text.contains("src="))
      #expect(text.contains("2026-01-02, full form: 4 of 8 checks hold."))
      let document = try String(contentsOfFile: "\(folder)/checks.json", encoding: .utf8)
      #expect(document.contains("\"holds\": false"))
    }
  }

  /// Times that were seen are kept, and tell how long it takes.
  @Test func keepsTimes() throws {
    try withPaper(Self.text) { folder in
      let paper = try Paper(reading: folder)
      var times = PaperTimes(paper, data: "\(folder)/data", speed: 1)
      let reproduction = Reproduction(paper, part: "C1")
      #expect(reproduction.seconds(times) == nil)
      _ = try reproduction.execute(Self.executor(), in: folder, workers: 1, times: &times)
      #expect(reproduction.seconds(times) == 16)
      #expect(reproduction.seconds(PaperTimes(paper, data: "\(folder)/data", speed: 1)) == 16)
    }
  }
}
