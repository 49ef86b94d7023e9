import Glibc
import ICLReports
import Testing

/// Series of the fixture runs, whose formulas stand in `Fixtures/make.py`.
@Suite struct RunTests {
  @Test func seriesHaveTheirNamesAndValues() throws {
    let run = try FixtureRuns.run("one-head-seed-1")
    let training = try #require(run.curve("training.loss"))
    #expect(training.x == (0...20).map { Double($0) * 50 })
    // 5.6 (1 + 0.02 sin(12.9898 · 7 + 1)), as make.py has it
    #expect(abs(training.y[0] - 5.6 * (1 + 0.02 * sin(12.9898 * 7 + 1))) < 1e-6)
    let overlap = try #require(run.curve("test.alignment.overlap"))
    #expect(abs(overlap.y[1] - (1 - exp(-200 / 150))) < 1e-6)
    let test = try #require(run.curve("test.loss"))
    #expect(test.standardErrors == Array(repeating: 0.02, count: 6))
    #expect(run.curve("test.alignment.scores[1,0]")?.y.last == 0.367879)
    #expect(run.curve("test.alignment.scores[0,1]")?.y.last == -0.110364)
    #expect(run.curve("test.alignment.scores[4,0]") == nil)
    #expect(run.curve("test.alignment.scores") == nil)
    let profile = try #require(run.profile("test.oracle_loss_by_context_length"))
    #expect(abs(profile.y[2] - (0.25 + 4 * exp(-1))) < 1e-6)
    #expect(profile.standardErrors == nil)
    #expect(run.profile("test.loss_by_context_length")?.standardErrors?.count == 9)
    #expect(!run.names.contains("test.standard_error"))
  }

  @Test func shortNamesAreFound() throws {
    let run = try FixtureRuns.run("one-head-seed-1")
    #expect(run.fullName("loss") == "test.loss")
    #expect(run.fullName("learning_rate_scale") == "training.learning_rate_scale")
    #expect(run.fullName("scores[1,0]") == "test.alignment.scores[1,0]")
    #expect(run.fullName("in-weight.loss") == "in-weight.loss")
    #expect(run.fullName("lss") == nil)
    #expect(run.theoryName(of: "test.alignment.overlap") == "test.alignment.theory.overlap")
    #expect(run.theoryName(of: "test.loss") == nil)
  }

  @Test func theMeanHasItsStandardError() throws {
    let mean = try #require(
      Curve.mean([
        Curve(x: [0, 1, 2], y: [1, 2, 3]), Curve(x: [0, 2], y: [3, 9]),
        Curve(x: [0, 2, 4], y: [5, 6, 7]),
      ]))
    #expect(mean.x == [0, 2])
    #expect(mean.y == [3, 6])
    // s/√n by hand: √(8/2)/√3, √(18/2)/√3
    #expect(abs(mean.standardErrors![0] - 2 / sqrt(3.0)) < 1e-12)
    #expect(abs(mean.standardErrors![1] - sqrt(3.0)) < 1e-12)
  }

  @Test func runsAreGrouped() throws {
    let runs = try FixtureRuns.three()
    let alone = try RunGroup.groups(of: runs)
    #expect(
      alone.map(\.label) == [
        "heads = 1, seed = 1", "heads = 1, seed = 2", "heads = 2, seed = 1",
      ])
    let heads = try RunGroup.groups(of: runs, by: ["heads"])
    #expect(heads.map(\.label) == ["heads = 1 (2 runs)", "heads = 2"])
    let seeds = try RunGroup.groups(of: runs, over: ["seed"])
    #expect(seeds.map(\.label) == heads.map(\.label))
    let models = try RunGroup.groups(of: runs, by: ["model"])
    #expect(models.map(\.label) == ["linear-attention (3 runs)"])
    #expect(throws: UnknownOption.self) { try RunGroup.groups(of: runs, by: ["head"]) }
  }

  @Test func plotsShowTheoryAndMeans() throws {
    let runs = try FixtureRuns.three()
    var plot = SeriesPlot(try RunGroup.groups(of: runs, by: ["heads"]), y: ["overlap"])
    plot.showsTheory = true
    let lines = try plot.figure().panels[0].marks.compactMap {
      if case .line(let line) = $0 { line } else { nil }
    }
    #expect(lines.map(\.kind) == [.measured, .theory, .measured, .theory])
    #expect(lines[0].name == lines[1].name)
    #expect(lines[0].standardErrors != nil)
    #expect(lines[2].standardErrors == nil)
    #expect(throws: UnknownSeries.self) {
      try SeriesPlot(try RunGroup.groups(of: runs), y: ["ovrlap"]).figure()
    }
    let matrix = try SeriesPlot([RunGroup(label: "", runs: [runs[0]])], y: ["scores"]).figure()
    guard case .heatMap(let map) = matrix.panels[0].marks[0] else {
      Issue.record("a matrix is drawn as cells")
      return
    }
    #expect(map.rows == 4 && map.colours == .diverging)
    var paired = SeriesPlot(try RunGroup.groups(of: [runs[0]]), y: ["test.loss"])
    paired.x = "overlap"
    guard case .line(let line) = try paired.figure().panels[0].marks[0] else { return }
    #expect(line.x == runs[0].curve("test.alignment.overlap")?.y)
  }
}
