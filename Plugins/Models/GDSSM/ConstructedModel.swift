import Glibc
import ICLKit
import SequenceLayers

/// A diagonal layer over constructed tokens u_t = (y_t x_t; x_{t+1}) of width 2 D.
///
///     z_t = λ̄ ⊙ z_{t-1} + B̄ u_t,   o_t = z_t · (D_m u_t),   ŷ = -o
/// One step of descent: λ̄ = 1, B̄ = -(η/N) (I | 0), D_m = (0 | I), where the sign of B̄ is o's.
struct ConstructedModel {
  let options: GDSSM
  let task: Signature

  func predict(_ graph: Graph, _ memory: Memory) throws -> Tensor {
    let (n, d) = (task.contextLength, task.inputDimension)
    guard task.outputDimension == 1 else {
      throw KitError(
        "constructed tokens are for labels of length 1, the task's have \(task.outputDimension)",
        path: "output-dimension", code: .unsupported)
    }
    let width = options.state > 0 ? options.state : d
    guard options.initialization == .random || width == d else {
      throw KitError("the construction has a state as wide as x: set state=0", path: "state")
    }
    let x = graph.input("x")
    let shared = try parameters(graph, width)
    if memory.isStreaming {
      let start = memory.recall("sums", [width], in: graph)
      memory.keep("token", x)
      guard memory.isContinued else {
        memory.keep("sums", start)
        return graph.zeros([1, 1])
      }
      let last = memory.recall("token", [1, d], in: graph)
      let token = concatenate([graph.input("y") * last, x], axis: 1)
      let result = Cell().run(.scan, chunk: 1, sequences: [token], shared: shared, from: start)
      memory.keep("sums", result.last)
      return -result.outputs
    }
    memory.count(width + d)
    let tokens = concatenate([graph.input("y") * x[0..<n], x[1..<n + 1]], axis: 1)
    let outputs = Cell().run(
      options.form, chunk: options.chunk, sequences: [tokens], shared: shared,
      from: graph.zeros([width])
    ).outputs
    return -(task.scoring == .query ? outputs[n - 1..<n] : outputs.padded(axis: 0, before: 1))
  }

  /// λ̄ [P], B̄ [P, 2 D], D_m [P, 2 D].
  private func parameters(_ graph: Graph, _ width: Int) throws -> [Tensor] {
    let d = task.inputDimension
    let constructs = options.initialization == .construction
    let rate = constructs ? try options.constructedSteps(1, for: task)[0] : 0
    func matrix(_ name: String, _ scale: Double, _ constructed: ([Int]) -> Double) -> Tensor {
      let shape = [width, 2 * d]
      let drawn = graph.normal(name, shape)
      let initial =
        constructs
        ? graph.constant(shape, constructed) + options.initialNoise * drawn : scale * drawn
      return options.frozen ? initial : graph.parameter(name, initial: initial)
    }
    let scale = 1 / Double(2 * d).squareRoot()
    let factor = -rate / Double(task.contextLength)
    let readout = matrix("readout", scale) { $0[1] == $0[0] + d ? 1 : 0 }
    guard options.discretization == .zeroOrderHold else {
      let input = matrix("input", scale) { $0[0] == $0[1] ? factor : 0 }
      let decay = graph.parameter("decay", initial: graph.ones([width]))
      return [decay, input, readout]
    }
    let (least, most) = (log(0.001), log(0.1))
    let start = least + (most - least) * graph.uniform("log-step", [width, 1])
    let step = graph.parameter("log-step", initial: start).exp()
    // The held input is scaled by about Δ, which the construction takes back.
    let raw = matrix("input", scale) { $0[0] == $0[1] ? factor : 0 }
    let input = constructs ? raw / start.exp() : raw
    let rates = minimum(
      graph.parameter(
        "decay", initial: graph.constant([width, 1]) { _ in constructs ? -1e-4 : -0.5 }),
      graph.constant(-1e-4))
    let decay = (rates * step).exp()
    return [decay.reshaped([width]), (decay - 1) / rates * input, readout]
  }

  private struct Cell: DiagonalCell {
    func terms(_ span: Span) -> (decay: Tensor, added: Tensor) {
      let added = einsum("tu,pu->tp", span.sequences[0], span.shared[1])
      return (span.shared[0].reshaped([1, added.extent(1)]).broadcast(to: added.shape), added)
    }

    func outputs(_ states: Tensor, _ span: Span) -> Tensor {
      (states * einsum("tu,pu->tp", span.sequences[0], span.shared[2]))
        .sum(axis: 1, keepAxis: true)
    }
  }
}
