import Foundation

/// SplitMix64, the generator of the papers' test vectors.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In (-1, 1).
  mutating func values(_ count: Int) -> [Double] {
    (0..<count).map { _ in Double(next() >> 11) * 0x1p-52 - 1 }
  }
}

extension SplitMix {
  /// Pairs (r cos θ, r sin θ) with r = √(-2 ln u), θ = 2π u', u = (top 53 bits + ½) 2⁻⁵³.
  static func normals(seed: UInt64, _ count: Int) -> [Double] {
    var random = SplitMix(seed)
    func uniform() -> Double { (Double(random.next() >> 11) + 0.5) * 0x1p-53 }
    return (0..<(count + 1) / 2).flatMap { _ in
      let r = (-2 * log(uniform())).squareRoot()
      let angle = 2 * Double.pi * uniform()
      return [r * cos(angle), r * sin(angle)]
    }
  }
}
