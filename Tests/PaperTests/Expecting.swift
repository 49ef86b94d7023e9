import Foundation
import LinearAttentionDynamics
import Testing

/// The setting of the paper's figures.
let spectrum = [0.4, 0.3, 0.2, 0.1]
let usual = Population(eigenvalues: spectrum, contextLength: 31)

func expect(
  _ measured: [Double], _ expected: [Double], within tolerance: Double = 1e-6,
  _ what: String = "", at location: SourceLocation = #_sourceLocation
) {
  #expect(measured.count == expected.count, "\(what)", sourceLocation: location)
  for (index, (a, b)) in zip(measured, expected).enumerated() {
    #expect(
      abs(a - b) <= tolerance, "\(what)[\(index)] is \(a), expected \(b)",
      sourceLocation: location)
  }
}

/// Normal numbers from a seed, by SplitMix64 and Box-Muller.
struct Normals {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53
  }

  mutating func next() -> Double {
    let radius = (-2 * log(uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  mutating func values(_ count: Int, _ deviation: Double) -> [Double] {
    (0..<count).map { _ in deviation * next() }
  }

  /// Heads of rank R, every weight N(0, deviation²).
  mutating func separate(heads: Int, rank: Int, dimension: Int, _ deviation: Double) -> Heads {
    Heads(
      values: values(heads, deviation), keys: values(heads * rank * dimension, deviation),
      queries: values(heads * rank * dimension, deviation), rank: rank, dimension: dimension)
  }

  mutating func merged(heads: Int, dimension: Int, _ deviation: Double) -> Heads {
    Heads(
      values: values(heads, deviation), maps: values(heads * dimension * dimension, deviation))
  }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
