import Glibc

/// SplitMix64 (Steele, Lea and Flood 2014), for numbers that other programs can draw as well.
///
/// The host's own numbers are Philox streams; this one is for published sets of tasks.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In (0, 1): ((k >> 11) + 1/2) 2⁻⁵³.
  mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// Standard normals by Box and Muller, in pairs r cos 2πu', r sin 2πu' with r = √(-2 ln u).
  static func normals(seed: UInt64, _ count: Int) -> [Double] {
    var random = SplitMix64(seed: seed)
    var values: [Double] = []
    values.reserveCapacity(count + 1)
    while values.count < count {
      let radius = (-2 * log(random.uniform())).squareRoot()
      let angle = 2 * Double.pi * random.uniform()
      values.append(radius * cos(angle))
      values.append(radius * sin(angle))
    }
    return Array(values.prefix(count))
  }
}
