import ICLEngine
import ICLGraph
import Testing

/// The source that is not drawn: which prompt of the step it is.
@Suite struct PromptIndexTests {
  @Test(arguments: Precision.allCases, [1, 2])
  func countsPrompts(_ precision: Precision, _ threads: Int) throws {
    var graph = Graph()
    let index = try graph.random(
      RandomSource(kind: .index, scope: .prompt, stream: "index"), [1])
    let total = graph.batchSum(index)
    let program = try Program(
      graph, roots: [index, total], seed: 3,
      configuration: EngineConfiguration(precision: precision, threads: threads))
    // 100 prompts are no whole number of tiles.
    try program.run(.init(step: 9, firstPrompt: 1000, count: 100, weight: 1))
    #expect(program.values(of: 0) == (1000..<1100).map(Double.init))
    #expect(program.values(of: 1) == [104_950])
  }

  /// A table of the run has a row for each prompt.
  @Test func picksRowsOfATable() throws {
    var graph = Graph()
    let index = try graph.random(
      RandomSource(kind: .index, scope: .prompt, stream: "index"), [1])
    let table = try graph.random(
      RandomSource(kind: .normal, scope: .run, stream: "table"), [40, 3])
    let row = try graph.gather(table, indices: index, axis: 0)
    let program = try Program(
      graph, roots: [row, table], seed: 3,
      configuration: EngineConfiguration(precision: .double), batch: 40, keeping: .all)
    for _ in 0..<2 {
      try program.run(.init(step: 0, firstPrompt: 0, count: 40, weight: 1))
      #expect(program.values(of: 0) == program.values(of: 1))
    }
  }

  @Test func otherShapesAreRefused() {
    var graph = Graph()
    #expect(throws: GraphError.self) {
      _ = try graph.random(
        RandomSource(kind: .index, scope: .run, stream: "index"), [1])
    }
    #expect(throws: GraphError.self) {
      _ = try graph.random(
        RandomSource(kind: .index, scope: .prompt, stream: "index"), [2])
    }
  }
}
