import ICLGraph
import Testing

/// The text of every refusal, since plugin authors work by them.
@Suite struct RefusalTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let build: @Sendable (inout Graph) throws -> Void

    init(_ message: String, _ build: @escaping @Sendable (inout Graph) throws -> Void) {
      testDescription = message
      self.build = build
    }
  }

  static let refusals: [Refusal] = [
    Refusal("add: shapes [2, 3] and [2] do not broadcast") {
      _ = try $0.binary(.add, x(&$0, 2, 3), x(&$0, 2))
    },
    Refusal("select: shapes [2], [3] and [1] do not broadcast") {
      _ = try $0.select(x(&$0, 2), x(&$0, 3), x(&$0, 1))
    },
    Refusal("broadcast: shape [3] does not stretch to [3, 2]") {
      _ = try $0.broadcast(x(&$0, 3), to: [3, 2])
    },
    Refusal("einsum ab,bc->ac: 2 letters for an operand of shape [2]") {
      _ = try $0.einsum("ij,jk->ik", x(&$0, 2), x(&$0, 2, 2))
    },
    Refusal("einsum ab,bc->ac: one letter has extents 3 and 4; operands are [2, 3] and [4, 5]") {
      _ = try $0.einsum("ij,jk->ik", x(&$0, 2, 3), x(&$0, 4, 5))
    },
    Refusal("einsum ab,bc->ac: it names 2 operands, 1 given") {
      _ = try $0.einsum("ij,jk->ik", x(&$0, 2, 3))
    },
    Refusal("sum: axes [2] of shape [2, 3]") {
      _ = try $0.reduce(.sum, x(&$0, 2, 3), axes: [2])
    },
    Refusal("mean: axes [0, 0] of shape [2, 3]") {
      _ = try $0.reduce(.mean, x(&$0, 2, 3), axes: [0, 0])
    },
    Refusal("max: over an empty axis of [0]") {
      _ = try $0.reduce(.max, x(&$0, 0), axes: [0])
    },
    Refusal("reshape: [2, 3] holds 6 elements, [4] 4") { _ = try $0.reshape(x(&$0, 2, 3), [4]) },
    Refusal("transpose: [0, 0] does not permute the axes of [2, 3]") {
      _ = try $0.transpose(x(&$0, 2, 3), [0, 0])
    },
    Refusal("slice: [1] to [4] by [1] of shape [3]") {
      _ = try $0.slice(x(&$0, 3), start: [1], stop: [4])
    },
    Refusal("slice: axis 1 of shape [3]") { _ = try $0.slice(x(&$0, 3), axis: 1, 0..<1) },
    Refusal("concatenate: nothing to concatenate") { _ = try $0.concatenate([], axis: 0) },
    Refusal("concatenate: [2, 3] and [3, 3] along axis 1") {
      _ = try $0.concatenate([x(&$0, 2, 3), x(&$0, 3, 3)], axis: 1)
    },
    Refusal("pad: [-1] before and [0] after, of shape [3]") {
      _ = try $0.pad(x(&$0, 3), before: [-1], after: [0])
    },
    Refusal("gather: axis 0 of [3] by indices of shape [1, 1]") {
      _ = try $0.gather(x(&$0, 3), indices: x(&$0, 1, 1), axis: 0)
    },
    Refusal(
      "gather: there is no row 3.0 along axis 0 of [3]; rows are whole numbers from 0 to 2"
    ) { _ = try $0.gather(x(&$0, 3), indices: $0.constant([0, 3], [2]), axis: 0) },
    Refusal(
      "gather: there is no row 0.5 along axis 0 of [3]; rows are whole numbers from 0 to 2"
    ) { _ = try $0.gather(x(&$0, 3), indices: $0.constant([0.5], [1]), axis: 0) },
    Refusal("scatterAdd: axis 0 of [3] by indices of shape [2]") {
      _ = try $0.scatterAdd(x(&$0, 3), indices: x(&$0, 2), axis: 0, extent: 5)
    },
    Refusal("softmax: axis 1 of shape [3]") { _ = try $0.softmax(x(&$0, 3), axis: 1) },
    Refusal("broadcast: shape [2] does not stretch to [3]") {
      _ = try $0.softmax(x(&$0, 3), mask: x(&$0, 2), axis: 0)
    },
    Refusal("cumulative sum: axis -1 of shape [3]") {
      _ = try $0.cumulativeSum(x(&$0, 3), axis: -1)
    },
    Refusal(
      "linear recurrence: a and b must have one shape with a first axis, got [3] and [2]"
    ) { _ = try $0.linearRecurrence(x(&$0, 3), x(&$0, 2)) },
    Refusal("linear recurrence: the initial state must be [2], got [3]") {
      let a = x(&$0, 3, 2)
      _ = try $0.linearRecurrence(a, a, initial: x(&$0, 3))
    },
    Refusal("solve: A must be [..., n, n] and B [..., n, k], got [2, 3] and [2, 1]") {
      _ = try $0.solve(x(&$0, 2, 3), x(&$0, 2, 1))
    },
    Refusal(
      "cholesky: A must be [..., m, n] with at least as many rows as columns, got [2, 3]"
    ) { _ = try $0.cholesky(x(&$0, 2, 3)) },
    Refusal("cholesky: A must be [..., m, n] with at least as many rows as columns, got [3]") {
      _ = try $0.cholesky(x(&$0, 3))
    },
    Refusal("constant: 2 values for shape [3], which holds 3") {
      _ = try $0.constant([1, 2], [3])
    },
    Refusal("random: orthogonal needs [n, n], got [2, 3]") {
      _ = try $0.random(RandomSource(kind: .orthogonal, scope: .run, stream: "q"), [2, 3])
    },
    Refusal("random: permutation needs [n], got []") {
      _ = try $0.random(RandomSource(kind: .permutation, scope: .run, stream: "p"), [])
    },
    Refusal("parameter: the name w is taken") {
      _ = try $0.parameter("w", initial: $0.scalar(1))
      _ = try $0.parameter("w", initial: $0.scalar(2))
    },
    Refusal(
      "parameter: the initial value of w differs from prompt to prompt; draw it once a run"
    ) { _ = try $0.parameter("w", initial: $0.input("x", [])) },
    Refusal("parameter: the initial value of v depends on a parameter") {
      let w = try $0.parameter("w", initial: $0.scalar(1))
      _ = try $0.parameter("v", initial: $0.unary(.exp, w))
    },
    Refusal(
      "scan: sequences need one common first extent of at least 1, got shapes [2], [3]"
    ) {
      let sequences = [x(&$0, 2), x(&$0, 3)]
      _ = try $0.scan(initial: [], sequences: sequences) { _, _, _, _ in ([], []) }
    },
    Refusal("scan: the body returned 0 carries, expected 1") {
      let (initial, sequence) = (x(&$0), x(&$0, 2))
      _ = try $0.scan(initial: [initial], sequences: [sequence]) { _, _, _, _ in ([], []) }
    },
    Refusal("scan: carry 0 has shape [] before the body and [2] after it") {
      let (initial, sequence) = (x(&$0), x(&$0, 3, 2))
      _ = try $0.scan(initial: [initial], sequences: [sequence]) { _, _, slices, _ in (slices, []) }
    },
  ]

  private static func x(_ graph: inout Graph, _ extents: Int...) -> NodeID {
    graph.input("x", Shape(extents))
  }

  @Test(arguments: refusals)
  func saysWhatIsWrong(_ refusal: Refusal) {
    var graph = Graph()
    let error = #expect(throws: GraphError.self) { try refusal.build(&graph) }
    #expect(error?.description == refusal.testDescription)
  }

  @Test func aPathStandsFirst() {
    let error = GraphError(operation: "add", message: "no", path: "layers.2")
    #expect(error.description == "layers.2: add: no")
  }
}
