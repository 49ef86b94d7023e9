import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// The host's side of the graph: what plugins do wrong is refused in a sentence.
@Suite struct BuildingTests {
  private let workshop: Workshop
  private let component: Component

  init() throws {
    workshop = try Workshop()
    component = try load(path: try workshop.build(fixture: "builder.c")).components[0]
  }

  private func build(_ name: String) throws -> (graph: Graph, node: NodeID) {
    let model = try component.makeModel(["case": name])
    var graph = Graph()
    let scope = Prompt.scope(in: &graph)
    let before = graph.nodes.count
    do {
      let node = try model.build(in: &graph, scope: scope, signature: Prompt.signature)
      return (graph, node)
    } catch {
      #expect(graph.nodes.count == before, "the graph is as it was")
      throw error
    }
  }

  static let refused: [(name: String, message: String)] = [
    ("wrong-result", "build returned shape [4, 3], expected [4, 1], the target's."),
    ("null-result", "build returned no node: an operand is the null node."),
    ("bad-result", "build returned no node: there is no node 4711."),
    ("bad-node", "build: add: there is no node 4711."),
    ("null-node", "build: add: an operand is the null node."),
    ("shapes", "build: add: shapes [4, 3] and [5] do not broadcast."),
    ("einsum-spec", "build: einsum ij,jk: expected a form like ij,jk->ik."),
    ("einsum-null", "build: einsum: the spec is NULL."),
    ("einsum-lost", "build: einsum ij,jk->ik: an operand is the null node."),
    (
      "einsum-shapes",
      "build: einsum ij,jk->ik: one letter has extents 1 and 4; operands are [3, 1] and [4, 3]."
    ),
    ("unary-code", "build: unary: there is no unary operation 21."),
    ("binary-code", "build: binary: there is no binary operation 0."),
    ("reduce-code", "build: reduce: there is no reduction 4 over 0 axes."),
    ("reduce-axis", "build: sum: axes [9] of shape [4, 1]."),
    ("reduce-null", "build: sum: axes is NULL."),
    ("reduce-many", "build: reduce: there is no reduction 1 over 4000000000 axes."),
    ("rank", "build: reshape: rank 9; the highest is 8."),
    ("zero-extent", "build: reshape: shape [4, 0] has an extent below 1."),
    (
      "huge", "build: broadcast: shape [549755813888, 4] holds more than 2^40 elements."
    ),
    ("wide", "build: broadcast: an extent of 18446744073709551615 is above 2^40."),
    ("null-extents", "build: reshape: the extents are NULL."),
    ("constant-null", "build: constant: the values are NULL."),
    ("constant-huge", "build: constant: shape [1073741824] holds more than 2^28 elements."),
    ("transpose-null", "build: transpose: the permutation is NULL."),
    ("transpose-bad", "build: transpose: [0, 0] does not permute the axes of [4, 1]."),
    ("slice-far", "build: slice: [0, 0] to [9, 9] by [1, 1] of shape [4, 3]."),
    ("slice-max", "build: slice: stop holds 18446744073709551615, above 2^40."),
    ("slice-empty", "build: slice: shape [0, 0] has an extent below 1."),
    ("slice-stride", "build: slice: [0, 0] to [4, 3] by [0, 0] of shape [4, 3]."),
    ("slice-axis", "build: icl_slice_axis: the axis is not below the rank."),
    ("concatenate-null", "build: concatenate: a list of 2 nodes that is NULL or too long."),
    ("concatenate-none", "build: concatenate: nothing to concatenate."),
    ("pad-max", "build: pad: before holds 18446744073709551615, above 2^40."),
    ("softmax-axis", "build: softmax: axis 4000000000 of shape [4, 3]."),
    ("gather-axis", "build: gather: axis 0 of [4, 3] by indices of shape [4, 1]."),
    ("solve", "build: solve: A must be [..., n, n] and B [..., n, k], got [4, 3] and [3, 1]."),
    (
      "cholesky",
      "build: cholesky: A must be [..., m, n] with at least as many rows as columns, got [3, 4]."
    ),
    ("cholesky-null", "build: cholesky: an operand is the null node."),
    ("fail", "build: the dimension must be even."),
    ("fail-null", "build: it failed and gave no reason."),
    ("masked-error", "build: add: there is no node 4711."),
    ("first-counts", "build: unary: there is no unary operation 99."),
    ("after-error", "build: unary: there is no unary operation 99."),
    ("read-typo", "build: input: the prompt has no tensor 'xx' to read. Did you mean 'x'?"),
    ("read-null", "build: input: the name is NULL."),
    ("read-latin1", "build: input: the name is not UTF-8."),
    (
      "draw",
      "build: random: 'noise' is drawn for every prompt, which only a task's declare may do."
    ),
    ("draw-kind", "build: random: there is no kind 9."),
    ("draw-scope", "build: random: there is no scope 2."),
    ("draw-null", "build: random: the stream is NULL."),
    (
      "parameter-batched",
      "build: parameter: the initial value of p differs from prompt to prompt; draw it once a run."
    ),
    ("parameter-twice", "build: parameter: the name p is taken."),
    ("parameter-null", "build: parameter: the name is NULL."),
    ("name-twice", "build: name: the name 'a' is taken."),
    ("output", "build: output: 'x': only the declare of a task or metric puts out tensors."),
    ("scope-open", "build did not end the scope 'layers'."),
    ("scope-close", "build: end_scope: no scope was begun."),
    ("scope-null", "build: begin_scope: the name is NULL."),
    ("custom-no-forward", "build: custom: 'twice' has no forward_f64."),
    ("custom-no-name", "build: custom: the name is NULL."),
    ("scan-no-body", "build: scan: it has no body."),
    ("scan-no-length", "build: scan: without sequences, its length is 0."),
    ("scan-too-long", "build: scan: without sequences, its length is 18446744073709551615."),
    ("scan-truncated", "build: scan: the icl_scan is NULL or cut short."),
    ("scan-outer-graph", "build: binary: the outer graph was used inside the body of a scan."),
    (
      "scan-parameter",
      "build: parameter: the body of a scan may use only the nodes it is given, and constants."
    ),
    (
      "scan-input",
      "build: input: the body of a scan may use only the nodes it is given, and constants."
    ),
    ("scan-no-output", "build: scan: an operand is the null node."),
    (
      "scan-carry-shape",
      "build: scan: carry 0 has shape [3] before the body and [] after it."
    ),
    ("scan-scope", "build: scan: its body did not end the scopes it began."),
  ]

  @Test(arguments: refused.indices) func isRefused(_ index: Int) throws {
    let row = Self.refused[index]
    let error = try #require(refusal { _ = try build(row.name) }, "\(row.name) was accepted")
    #expect(error.code == .badGraph)
    #expect(error.message == "model 'builder': " + row.message)
  }

  /// Whose message has the number of a node in it.
  @Test(arguments: [
    ("scan-outer-node", "is not of this body, which may use only the nodes it is given."),
    ("body-node-outside", "is of the body of a scan and cannot be used outside."),
  ])
  func nodesStayInTheirGraph(_ name: String, _ end: String) throws {
    let error = try #require(refusal { _ = try build(name) })
    #expect(error.message.hasPrefix("model 'builder': build: add: node "))
    #expect(error.message.hasSuffix(end))
  }

  @Test func modelsReadInputsAlone() throws {
    for (name, tensor, role) in [
      ("read-target", "target", "target"), ("read-latent", "w", "latent"),
    ] {
      let error = try #require(refusal { _ = try build(name) })
      #expect(error.code == .notReadable)
      #expect(
        error.message
          == "model 'builder': build: input: model 'builder' may not read '\(tensor)', which is a "
          + "\(role) of the prompt.")
    }
  }

  @Test func anErrorSaysInWhichScope() throws {
    let error = try #require(refusal { _ = try build("scope-path") })
    #expect(error.path == "layers.1")
    #expect(
      error.description.hasPrefix("layers.1: model 'builder': build: einsum ij,jk->ik: one letter"))
  }

  @Test func theErrorStructSaysItAsWell() throws {
    let error = try #require(refusal { _ = try build("error-field") })
    #expect(error.code == .callFailed)
    #expect(error.message == "model 'builder': build failed: not causal.")
  }

  @Test func theFloatingPointModeIsPutBack() throws {
    let error = try #require(refusal { _ = try build("flush") })
    #expect(error.code == .floatingPointState)
  }

  @Test(arguments: ["good", "shape"]) func isAccepted(_ name: String) throws {
    let (graph, node) = try build(name)
    #expect(graph.shape(of: node) == [4, 1])
  }

  @Test func scopesStandBeforeNames() throws {
    let (graph, _) = try build("scopes")
    #expect(graph.parameters.map(\.name) == ["layers.0.key"])
    #expect(graph.names["layers.0.scores"].map { graph.shape(of: $0) } == [4, 1])
    let initial = graph[graph.parameters[0].initial].operation
    #expect(
      initial == .random(RandomSource(kind: .normal, scope: .run, stream: "layers.0.key")))
  }

  /// The running sums of 2 x, forwards and from the end.
  @Test(arguments: ["scan", "scan-reverse"]) func aScanIsRecorded(_ name: String) throws {
    let (graph, node) = try build(name)
    let x = Prompt.numbers(2 * 12, 7)
    let got = try ReferenceInterpreter().evaluate(
      graph, roots: [node], prompts: 2, inputs: ["x": x])[0]
    for prompt in 0..<2 {
      for t in 0..<4 {
        let range = name == "scan" ? 0...t : t...3
        let expected = range.reduce(0.0) { sum, row in
          sum + (0..<3).reduce(0.0) { $0 + 2 * x[prompt * 12 + row * 3 + $1] }
        }
        #expect(abs(got[prompt * 4 + t] - expected) < 1e-13)
      }
    }
  }

  /// Also when the model has gone: the operation keeps what it was made by.
  @Test(arguments: ["custom", "custom-kept"]) func aCustomOperationIsCalled(
    _ name: String
  ) throws {
    let (graph, node) = try build(name)
    let x = Prompt.numbers(2 * 12, 8)
    let got = try ReferenceInterpreter().evaluate(
      graph, roots: [node], prompts: 2, inputs: ["x": x])[0]
    for row in 0..<8 {
      #expect(abs(got[row] - 2 * (x[row * 3] + x[row * 3 + 1] + x[row * 3 + 2])) < 1e-13)
    }
  }

  @Test func aCustomOperationThatFailsThrows() throws {
    let (graph, node) = try build("custom-fails")
    let error = try #require(
      refusal {
        _ = try ReferenceInterpreter().evaluate(
          graph, roots: [node], prompts: 1, inputs: ["x": Prompt.numbers(12, 1)])
      })
    #expect(error.code == .callFailed)
    #expect(
      error.message
        == "model 'builder': forward_f64 of the operation 'twice' failed with code 6.")
  }
}
