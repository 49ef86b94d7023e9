/// Deep linear networks H_0 → H_1 → … → H_L whose true map has rank r: M. Aoyagi 2024.
///
/// With Δ_i = H_i - r, Σ is the set of the ℓ + 1 smallest Δ for which
///     max_Σ < min of the rest,   sum_Σ ≥ ℓ max_Σ,   sum_Σ < ℓ min of the rest;
/// with s = sum_Σ and a = s - ℓ (⌈s/ℓ⌉ - 1),
///     λ = (r (H_0 + H_L) - r²) / 2 + a (ℓ - a) / (4ℓ) - ℓ (ℓ - 1) / 4 (s/ℓ)² + ½ Σ_{i<j} Δ_i Δ_j,
///     m = a (ℓ - a) + 1.
public func deepLinearCoefficient(widths: [Int], rank r: Int) -> LearningCoefficient {
  let excess = widths.map { $0 - r }.sorted()
  let outer = Double(r * (widths[0] + widths[widths.count - 1]) - r * r) / 2
  for count in 2...excess.count {
    let (layers, chosen) = (count - 1, Array(excess[..<count]))
    let (sum, largest) = (chosen.reduce(0, +), chosen[count - 1])
    let next = count < excess.count ? excess[count] : Int.max / layers
    guard largest < next, sum >= layers * largest, sum < layers * next else { continue }
    let a = sum - layers * ((sum + layers - 1) / layers - 1)
    var pairs = 0
    for i in chosen.indices {
      for j in chosen.indices where i < j { pairs += chosen[i] * chosen[j] }
    }
    let (l, s) = (Double(layers), Double(sum))
    let value =
      outer + Double(a * (layers - a)) / (4 * l) - (l - 1) * s * s / (4 * l) + Double(pairs) / 2
    return LearningCoefficient(value, multiplicity: a * (layers - a) + 1)
  }
  return LearningCoefficient(outer)
}

/// Reduced-rank regression M → H → N whose true map has rank r: Aoyagi and Watanabe 2005.
public func reducedRankCoefficient(
  inputs M: Int, hidden H: Int, outputs N: Int, rank r: Int
) -> LearningCoefficient {
  if N + r <= M + H, M + r <= N + H, H + r <= M + N {
    let h = H + r
    let bracket = -h * h - M * M - N * N + 2 * h * (M + N) + 2 * M * N
    let isOdd = (M + H + N + r) % 2 == 1
    return LearningCoefficient(
      Double(bracket + (isOdd ? 1 : 0)) / 8, multiplicity: isOdd ? 2 : 1)
  }
  if M + H < N + r { return LearningCoefficient(Double(H * M - H * r + N * r) / 2) }
  if N + H < M + r { return LearningCoefficient(Double(H * N - H * r + M * r) / 2) }
  return LearningCoefficient(Double(M * N) / 2)
}
