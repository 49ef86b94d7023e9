import ICLRandom
import Testing

/// A number depends on its names alone, and on each of them.
@Suite struct PurityTests {
  @Test(arguments: [1, 2, 3, 5, 8, 13])
  func splittingChangesNothing(piece: Int) {
    let stream = PromptStream.of(seed: 3, step: 2, prompt: 9)
    let starts = Array(stride(from: 0, to: 40, by: piece))
    // From the last piece to the first: order must not matter either.
    func pieces<Scalar>(_ draw: (Int, Int) -> [Scalar]) -> [Scalar] {
      starts.reversed().map { draw(min(piece, 40 - $0), $0) }.reversed().flatMap { $0 }
    }
    #expect(pieces { stream.uniformFloats($0, from: $1) } == stream.uniformFloats(40))
    #expect(pieces { stream.uniformDoubles($0, from: $1) } == stream.uniformDoubles(40))
    #expect(pieces { stream.normalFloats($0, from: $1) } == stream.normalFloats(40))
    #expect(pieces { stream.normalDoubles($0, from: $1) } == stream.normalDoubles(40))
  }

  @Test func nothingIsDrawnIntoAnEmptyBuffer() {
    #expect(PromptStream.of().uniformFloats(0).isEmpty)
    #expect(PromptStream.of().permutation(0).isEmpty)
    #expect(PromptStream.of().orthogonal(0).isEmpty)
    #expect(PromptStream.of().permutation(1) == [0])
  }

  /// Every pair of these streams differs in one name, or in a bit that is easily lost.
  static let variants: [(String, PromptStream)] = [
    ("base", .of()),
    ("seed", .of(seed: 2)),
    ("high seed", .of(seed: 1 + 1 << 32)),
    ("name", .of("y")),
    ("longer name", .of("xx")),
    ("step", .of(step: 1)),
    ("step above 2^32", .of(step: 1 << 32)),
    ("step 2^47", .of(step: 1 << 47)),
    ("prompt", .of(prompt: 1)),
    ("prompt above 2^32", .of(prompt: 1 << 32)),
    ("prompt above 2^32, next", .of(prompt: 1 << 32 + 1)),
    ("prompt 2^47", .of(prompt: 1 << 47)),
    ("scope", PromptStream(perRun: StreamKey(seed: 1, stream: "x", scope: .run))),
  ]

  @Test func streamsOfOtherNamesAreUncorrelated() {
    let count = 20_000
    let draws = Self.variants.map { $0.1.normalDoubles(count) }
    for i in draws.indices {
      for j in draws.indices where j < i {
        let sum = zip(draws[i], draws[j]).reduce(0) { $0 + $1.0 * $1.1 }
        // A mean of products of independent standard normals: deviation 1 / sqrt(count).
        // 78 pairs: 4.5 sigma.
        #expect(
          abs(sum) < 4.5 * Double(count).squareRoot(),
          "\(Self.variants[i].0) and \(Self.variants[j].0): \(sum)")
      }
    }
  }

  @Test func neighbouringPromptsAndStepsAreUncorrelated() {
    // First values along prompts and along steps: the correlation between neighbours.
    let count = 100_000
    for values in [
      (0..<count).map { PromptStream.of(prompt: UInt64($0)).normalDoubles(1)[0] },
      (0..<count).map { PromptStream.of(step: UInt64($0)).normalDoubles(1)[0] },
      (0..<count).map { PromptStream.of(seed: UInt64($0)).normalDoubles(1)[0] },
    ] {
      let sum = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(sum) < 4 * Double(count).squareRoot())
    }
  }

  @Test func stepsAndPromptsDoNotAlias() {
    // All combinations that share 16 high bits and 32 low bits in other places.
    let parts: [UInt64] = [0, 1, 1 << 16, 1 << 31, 1 << 32, 1 << 33, 1 << 47]
    var origins = Set<SIMD4<UInt32>>()
    for step in parts {
      for prompt in parts { origins.insert(PromptStream.of(step: step, prompt: prompt).origin) }
    }
    #expect(origins.count == parts.count * parts.count)
  }
}
