import ICLGraph
import Testing

@Suite struct DrawingTests {
  /// (x · 2 + w) summed, with a name.
  private func scene() throws -> (Graph, NodeID) {
    var graph = Graph()
    let x = graph.input("x", [3])
    let w = try graph.parameter("w", initial: graph.constant([0, 0, 0], [3]))
    let twice = try graph.binary(.multiply, x, graph.constant([2, 2, 2], [3]))
    graph.setName("twice <x>", for: twice)
    let sum = try graph.reduce(.sum, graph.binary(.add, twice, w), axes: [0])
    return (graph, sum)
  }

  private func drawing() throws -> GraphDrawing {
    let (graph, sum) = try scene()
    return GraphDrawing(graph, roots: [("total", sum)])
  }

  @Test func asText() throws {
    #expect(
      try drawing().text == """
        %0 [3]              input x
        %1 [3] once a step  parameter w                  w
        %2 [3] once a step  constant [2.0, 2.0, 2.0]
        %3 [3]              multiply %0 %2            3  twice <x>
        %4 [3]              add %3 %1                 3
        %5 []               sum over [0] %4           3  total
        6 nodes, 9 floating-point operations for each prompt

        """)
  }

  @Test func asDOT() throws {
    let dot = try drawing().dot
    #expect(dot.hasPrefix("digraph {\n"))
    #expect(
      dot.contains(##"n3 [label="twice <x>\nmultiply\n[3]  3 FLOPs", fillcolor="#ffffff"];"##))
    #expect(dot.contains("  n0 -> n3;\n  n2 -> n3;\n  n3 -> n4;\n  n1 -> n4;\n  n4 -> n5;\n}\n"))
  }

  @Test func asSVG() throws {
    let svg = try drawing().svg
    #expect(svg.contains(">twice &lt;x&gt;</text>"))
    #expect(svg.contains("<title>6 nodes, 9 floating-point operations for each prompt</title>"))
    #expect(svg.components("<rect").count - 1 == 7)
    #expect(svg.components("<path d=\"M").count - 1 == 6)
    #expect(!svg.contains("nan") && !svg.contains("inf\""))
  }

  @Test func replacedValuesAreReadOnTheWayToTheRoot() throws {
    var (graph, sum) = try scene()
    let twice = try #require(graph.names["twice <x>"])
    let other = graph.input("other", [3])
    let patched = try graph.replacing([twice: other], in: sum)
    #expect(patched != sum)
    #expect(graph.names["twice <x>"] == other)
    let inputs = graph.reachable(from: [patched])
    #expect(inputs.contains(other) && !inputs.contains(twice))
    #expect(graph.reachable(from: [sum]).contains(twice))
    // Nothing reads the root.
    let unread = graph.input("unread", [3])
    #expect(try graph.replacing([unread: other], in: sum) == sum)
    #expect(throws: GraphError.self) { try graph.replacing([sum: other], in: sum) }
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
