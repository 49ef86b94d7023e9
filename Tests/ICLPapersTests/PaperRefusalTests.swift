import ICLPapers
import ICLTraining
import Testing

/// What is wrong in a paper.yaml is said with file, line and path, and with what to do.
@Suite struct PaperRefusalTests {
  @Test(arguments: [
    ("chekcs: []", "1:chekcs: there is no key 'chekcs' here. Did you mean 'checks'?"),
    (
      "a: [1",
      "2: it is not YAML: did not find expected ',' or ']' while parsing a flow sequence "
        + "(line 1), column 1."
    ),
    ("title: a\ntitle: b", "1: the key 'title' is there twice. Keep one of them."),
    ("runs:\n  a: {seeds: 3}", "2:runs.a: expected one of 'experiment', 'evaluate' and 'analyse'."),
    (
      "runs:\n  a: {evaluate: {model: m, task: t}, seeds: 3..1}",
      "2:runs.a.seeds: expected seeds such as 7, [7, 8] or 0..9, found '3..1'."
    ),
    (
      "runs:\n  a: {experiment: none.yaml}",
      "2:runs.a.experiment: there is no file 'FOLDER/none.yaml'."
    ),
    (
      "values: {a: {run: b, series: test.loss}}",
      "1:values.a: there is no group of runs 'b'."
    ),
    ("values: {a: {series: test.loss}}", "1:values.a: expected 'run': a group of runs."),
    (
      "values: {a: b + 1, c: 2}",
      "1:values.a: there is no value 'b'. (column 1) Did you mean 'a'?"
    ),
    (
      "values: {loss: weights + 1, c: 2}",
      "1:values.loss: there is no value 'weights'. (column 1) There are: c, loss."
    ),
    (
      "runs:\n  a: {evaluate: {model: m, task: t}, set: {parameters: none.safetensors}}",
      "2:runs.a.set.parameters: there is no file 'FOLDER/none.safetensors'."
    ),
    (
      check("measure: lst(1)"),
      "8:checks[0].measure: there is no function 'lst'. (column 1) Did you mean 'last'?"
    ),
    (
      check("measure: at(1)"),
      "8:checks[0].measure: at(series, step) was given 1 arguments. (column 1)"
    ),
    (
      check("measure: a-b\n    from: {a: 1, b: 2}"),
      "8:checks[0].measure: there is no value 'a-b'. (column 1) "
        + "For a difference, write spaces: 'a - b'."
    ),
    (check("measure: 1\n    figure: f"), "4:checks[0]: there is no figure 'f'."),
    (
      check("measure: 1\n    tolerance: {relativ: 1}"),
      "9:checks[0].tolerance.relativ: there is no key 'relativ' here. Did you mean 'relative'?"
    ),
    (
      check("measure: 1\n    tolerance: {factor: 0.5}"),
      "9:checks[0].tolerance.factor: expected at least 1."
    ),
    ("checks:\n  - id: C1", "2:checks[0]: the check has no 'title'."),
    (
      "checks:\n  - {id: C, title: t, source: me, measure: 1, expected: 1}",
      "2:checks[0].source: expected one of: published, theory, derivation; found 'me'."
    ),
    (
      "checks:\n  - {id: C, title: t, source: theory, measure: 1, expected: [[1], [1, 2]]}",
      "2:checks[0].expected: its rows are of different lengths."
    ),
    (
      "checks:\n  - {id: C, title: t, source: theory, measure: 1, expected: {}}",
      "2:checks[0].expected: expected 'at-least', 'at-most', 'value' or 'measure'."
    ),
    (
      "figures:\n  - {id: f, must-be-seen: s, panels: [{x: step}]}",
      "2:figures[0].panels[0]: expected 'lines' or 'heat-map'."
    ),
    (
      "figures:\n  - {id: f, must-be-seen: s, panels: [{x: {names: [a]}, lines: [1]}]}",
      "2:figures[0].panels[0]: 'names' are those of a heat map's rows or columns."
    ),
    ("figures:\n  - {id: f, panels: []}", "2:figures[0]: the figure has no 'must-be-seen'."),
  ])
  func says(text: String, expected: String) throws {
    try withPaper(text) { folder in
      let failure = #expect(throws: Failure.self) { try Paper(reading: folder) }
      let said = "\(try #require(failure))".replacing("\(folder)/paper.yaml:", with: "")
        .replacing(folder, with: "FOLDER")
      #expect(said == expected)
    }
  }

  /// A check whose last lines are given; they begin at line 8.
  private static func check(_ lines: String) -> String {
    """
    title: a
    summary: b
    checks:
      - id: C1
        title: c
        source: theory
        expected: 1
        \(lines)
    """
  }

  @Test func twoThingsHaveDifferentIds() throws {
    let check = "{id: C, title: t, source: theory, measure: 1, expected: 1}"
    try withPaper("checks:\n  - \(check)\n  - \(check)") { folder in
      let failure = #expect(throws: Failure.self) { try Paper(reading: folder) }
      #expect(failure?.message == "'C' is also the id at line 2.")
    }
  }

  @Test func unknownNamesAreMet() throws {
    try withPaper("title: a") { folder in
      let parent = String(folder.dropLast("/toy".count))
      let catalog = PaperCatalog([parent])
      #expect(catalog.papers.map(\.name) == ["toy"])
      let title = try catalog.paper("toy").title
      #expect(title == "a")
      #expect(throws: Failure.self) { try catalog.find("toy/C1") }
      let failure = #expect(throws: Failure.self) { try catalog.paper("tyo") }
      #expect(failure?.hint == "Did you mean 'toy'?")
      #expect(failure?.status == .missingInput)
    }
  }
}
