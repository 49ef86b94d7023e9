import Glibc
import ICLRecords
import ICLReports
import Testing

@Suite struct ReportTests {
  @Test func aReportHoldsEverything() throws {
    let html = try Report([try FixtureRuns.run("one-head-seed-1")]).html()
    for part in [
      "linear-attention on ridge: finished, 1,000 steps",
      "the checkpoint of step 800 was truncated",
      "Loss during training", "Loss by context length", "Loss in each evaluation", ">oracle</text>",
      "experiment.yaml:3", "model.heads", String(repeating: "ab", count: 32), "ridge loss",
      "alignment: scores", "data-kind=\"theory\"", "prefers-color-scheme:dark",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    // The ratio of the last losses, from make.py's numbers.
    let run = try FixtureRuns.run("one-head-seed-1")
    #expect(run.curve("test.loss")?.y.last != nil)
  }

  @Test func aReportLoadsNothing() throws {
    let html = try Report(try FixtureRuns.three()).html()
    for part in ["http://", "https://", "src=", "@import", "url(", "<link"] {
      let allowed = part == "http://" ? html.ranges(of: "http://www.w3.org/2000/svg").count : 0
      #expect(html.ranges(of: part).count == allowed, "\(part)")
    }
  }

  @Test func severalRunsAreCompared() throws {
    let html = try Report(try FixtureRuns.three()).html()
    #expect(html.contains("Comparison of 3 runs"))
    #expect(html.contains("heads = 2, seed = 1"))
    #expect(html.contains("class=\"differs\""))
  }

  /// Options, names of values, the log, the command line and the experiment all hold a script.
  @Test func hostileTextsInjectNothing() throws {
    for runs in [["hostile"], ["hostile", "one-head-seed-1"]] {
      let html = try Report(try runs.map(FixtureRuns.run)).html()
      #expect(html.contains("&lt;script&gt;alert(1)"))
      #expect(html.ranges(of: "<script").count == 1)
      #expect(html.ranges(of: "</script").count == 1)
      #expect(!html.contains("<img"))
    }
  }

  @Test func aStoppedRunIsSaidToBe() throws {
    let html = try Report([try FixtureRuns.run("stopped")]).html()
    #expect(html.contains("The run is not complete: stopped at step 400 of 1,000."))
  }

  /// To be looked at: ICL_FIGURES=folder.
  @Test(.enabled(if: getenv("ICL_FIGURES") != nil)) func pages() throws {
    let folder = String(cString: getenv("ICL_FIGURES"))
    let one = try Report([try FixtureRuns.run("one-head-seed-1")])
    try TextFile.write(one.html(), to: "\(folder)/one.html")
    try TextFile.write(try Report(try FixtureRuns.three()).html(), to: "\(folder)/three.html")
    let hostile = try Report([try FixtureRuns.run("hostile")])
    try TextFile.write(hostile.html(), to: "\(folder)/hostile.html")
  }
}
