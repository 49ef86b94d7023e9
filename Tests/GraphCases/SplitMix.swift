/// A small generator, so that every test case has the same numbers on every machine.
package struct SplitMix: RandomNumberGenerator {
  package var state: UInt64

  package init(_ text: String) {
    state = text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Where a case draws its operands from. Both keep away from the kinks at zero.
package enum Domain: Sendable {
  case positive, signed

  package func values(_ count: Int, _ generator: inout SplitMix) -> [Double] {
    (0..<count).map { _ in
      let size = Double.random(in: 0.3..<1.7, using: &generator)
      return self == .signed && Bool.random(using: &generator) ? -size : size
    }
  }
}
