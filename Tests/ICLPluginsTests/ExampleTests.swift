import Foundation
import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// The plugin that stands at the top of icl.h, taken from there.
@Suite struct ExampleTests {
  private func example(_ workshop: Workshop, compiler: String) throws -> PluginLibrary {
    let header = try String(contentsOfFile: Workshop.include + "/icl/icl.h", encoding: .utf8)
    let start = try #require(header.range(of: "#include <icl/icl.h>"))
    let end = try #require(header.range(of: "\n * ----", range: start.upperBound..<header.endIndex))
    let source = try workshop.write(
      String(header[start.lowerBound..<end.lowerBound]), to: "tiny.c")
    return try PluginLibrary.load(path: try workshop.build(source, compiler: compiler))
  }

  @Test(arguments: ["gcc", "clang"]) func itIsLoadedAndSaysWhatItIs(_ compiler: String) throws {
    let library = try example(try Workshop(), compiler: compiler)
    #expect(library.name == "tiny")
    #expect(library.license == "Apache-2.0")
    #expect(library.abiMinor == 0)
    let component = try #require(library.components.first)
    #expect(component.kind == .model)
    #expect(component.id == "tiny-attention")
    let option = OptionDeclaration(
      name: "initial-scale", type: .real, defaultText: "0.3",
      summary: "standard deviation of the initial weights", minimum: 0, maximum: 10)
    #expect(component.options == [option])
  }

  /// v / N * sum_j y_j x_j . (M x_q), with plain loops.
  @Test func itsPredictionsAreItsFormula() throws {
    let library = try example(try Workshop(), compiler: "gcc")
    let model = try library.components[0].makeModel(["initial-scale": "2"])
    let (n, d, prompts) = (5, 3, 4)
    let signature = Signature(
      scoring: .query, contextLength: n, inputDimension: d, outputDimension: 2, positions: 1,
      tensors: [
        .init(name: "x", role: .input, shape: [n + 1, d]),
        .init(name: "y", role: .input, shape: [n, 2]),
        .init(name: "target", role: .target, shape: [1, 2]),
      ])
    var graph = Graph()
    let scope = Prompt.scope(signature, in: &graph)
    let predictions = try model.build(in: &graph, scope: scope, signature: signature)
    #expect(graph.parameters.map(\.name) == ["M", "v"])
    #expect(graph.parameters.map { graph.shape(of: $0.node) } == [[d, d], [1]])
    #expect(graph[predictions].isBatched)

    let x = Prompt.numbers(prompts * (n + 1) * d, 1)
    let y = Prompt.numbers(prompts * n * 2, 2)
    let m = Prompt.numbers(d * d, 3)
    let got = try ReferenceInterpreter().evaluate(
      graph, roots: [predictions, graph.parameters[0].initial], prompts: prompts,
      inputs: ["x": x, "y": y, "target": []], parameters: ["M": m, "v": [0.7]],
      random: { _, shape, _ in [Double](repeating: 1.5, count: shape.count) })
    for p in 0..<prompts {
      func row(_ i: Int) -> ArraySlice<Double> {
        x[((n + 1) * p + i) * d..<((n + 1) * p + i + 1) * d]
      }
      let query = Array(row(n))
      for output in 0..<2 {
        var sum = 0.0
        for j in 0..<n {
          let key = (0..<d).map { i in (0..<d).reduce(0) { $0 + m[i * d + $1] * query[$1] } }
          let score = zip(row(j), key).reduce(0) { $0 + $1.0 * $1.1 }
          sum += y[(p * n + j) * 2 + output] * score
        }
        #expect(abs(got[0][p * 2 + output] - 0.7 / Double(n) * sum) < 1e-12)
      }
    }
    // The option arrives: the initial value is the draw times 2.
    #expect(got[1] == [Double](repeating: 3, count: d * d))
  }
}
