import ICLKit

/// The layer's weights; `rate` is A itself.
struct SelectiveWeights {
  var input, gate, stepDown, stepBias, stepUp, write, read, rate, skip, output: Tensor

  /// In the order in which a scan hands them to its body.
  var list: [Tensor] {
    [input, gate, stepDown, stepBias, stepUp, write, read, rate, skip, output]
  }

  /// What the tokens [T, m] become: u, z and Δ are [T, channels], B and C [T, state].
  func project(_ tokens: Tensor) -> Projections {
    let u = einsum("ti,ic->tc", tokens, input)
    let low = einsum("tc,cr->tr", u, stepDown)
    return Projections(
      u: u, z: einsum("ti,ic->tc", tokens, gate),
      step: (einsum("tr,rc->tc", low, stepUp) + stepBias).softplus(),
      write: einsum("tc,cs->ts", u, write), read: einsum("tc,cs->ts", u, read))
  }

  /// Predictions [T, O] from Σ_s C_t[s] h_t[·,s], [T, channels].
  func predict(_ sums: Tensor, _ tokens: Projections) -> Tensor {
    einsum("tc,co->to", (sums + skip * tokens.u) * tokens.z.silu(), output)
  }
}

extension SelectiveWeights {
  init(_ list: [Tensor]) {
    self.init(
      input: list[0], gate: list[1], stepDown: list[2], stepBias: list[3], stepUp: list[4],
      write: list[5], read: list[6], rate: list[7], skip: list[8], output: list[9])
  }
}

struct Projections {
  var u, z, step, write, read: Tensor

  /// Not inside of a scan, whose values differ from step to step.
  func named() -> Self {
    var result = self
    result.u = u.named("channels")
    result.z = z.named("gates")
    result.step = step.named("step")
    result.write = write.named("writes")
    result.read = read.named("reads")
    return result
  }
}
