extension Population {
  /// L(W) = tr Λ - 2 Σ g_d W_dd + Σ s_a λ_b W_ab², for W [D, D], row-major, in the eigenbasis.
  public func loss(map: [Double]) -> Double {
    let d = dimension
    var loss = trace
    for a in 0..<d {
      loss -= 2 * drive[a] * map[a * d + a]
      for b in 0..<d {
        loss += square[a] * eigenvalues[b] * map[a * d + b] * map[a * d + b]
      }
    }
    return loss
  }

  /// Of W = diag(ω).
  public func loss(diagonal: [Double]) -> Double {
    diagonal.indices.reduce(trace) { loss, d in
      loss - 2 * drive[d] * diagonal[d]
        + square[d] * eigenvalues[d] * diagonal[d] * diagonal[d]
    }
  }

  /// Γ = diag(g) - S W Λ, half the descent direction in W, [D, D].
  public func force(map: [Double]) -> [Double] {
    let d = dimension
    return map.indices.map { index in
      let (a, b) = (index / d, index % d)
      return (a == b ? drive[a] : 0) - square[a] * map[index] * eigenvalues[b]
    }
  }

  /// What learning e_d takes off the loss: g_d² / (λ_d s_d), or λ_d / a_d for N pairs.
  public var drops: [Double] {
    eigenvalues.indices.map { drive[$0] * drive[$0] / (eigenvalues[$0] * square[$0]) }
  }

  /// The loss at the fixed point M(T), where exactly the components in T are learnt.
  public func loss(learnt components: some Sequence<Int>) -> Double {
    components.reduce(trace) { $0 - drops[$1] }
  }

  /// The losses of all 2^D fixed points; bit d of the index says whether e_d is learnt.
  public var fixedPointLosses: [Double] {
    (0..<1 << dimension).map { subset in
      loss(learnt: (0..<dimension).filter { subset >> $0 & 1 == 1 })
    }
  }

  /// The largest entry of the flow's right-hand side at all of them, each built of separate heads
  /// with v = ‖k‖ = ‖q‖ = μ_d^(1/3): rounding alone.
  public var fixedPointSlope: Double {
    let d = dimension
    let limits = (0..<d).map { HeadGrowth(self, component: $0).limit }
    return (0..<1 << d).reduce(0) { worst, subset in
      let values = (0..<d).map { subset >> $0 & 1 == 1 ? limits[$0] : 0 }
      var keys = [Double](repeating: 0, count: d * d)
      for component in 0..<d { keys[component * d + component] = values[component] }
      let heads = Heads(values: values, keys: keys, queries: keys, rank: 1, dimension: d)
      let slope = PopulationFlow.slope(self, heads)
      return slope.reduce(worst) { max($0, $1.magnitude) }
    }
  }

  /// L(M_0) … L(M_D), in the order in which a small start visits them: largest g_d first.
  public var plateauLosses: [Double] {
    order.reduce(into: [trace]) { $0.append($0[$0.count - 1] - drops[$1]) }
  }

  /// The components from the first learnt to the last.
  public var order: [Int] {
    (0..<dimension).sorted { drive[$0] > drive[$1] || (drive[$0] == drive[$1] && $0 < $1) }
  }

  /// m where the loss is within 1 % of tr Λ of L(M_m), the nearest; nil between plateaus.
  public func plateau(at loss: Double) -> Int? {
    let distances = plateauLosses.map { (loss - $0).magnitude }
    let nearest = distances.indices.min { distances[$0] < distances[$1] }!
    return distances[nearest] <= 0.01 * trace ? nearest : nil
  }

  /// How many components are learnt in W: entries of its diagonal beyond half of the optimum's.
  public func learnt(map: [Double]) -> Int {
    (0..<dimension).count { map[$0 * dimension + $0] > optimum[$0] / 2 }
  }
}
