import ICLRandom
import Testing

@Suite struct PermutationTests {
  @Test(arguments: [0, 1, 2, 3, 7, 100, 4096])
  func holdsEveryNumberOnce(count: Int) {
    #expect(PromptStream.of().permutation(count).sorted() == Array(0..<count))
  }

  @Test func allOrdersOfFourAreEquallyLikely() {
    let trials = 240_000
    var counts: [[Int]: Int] = [:]
    for prompt in 0..<trials {
      counts[PromptStream.of(seed: 5, prompt: UInt64(prompt)).permutation(4), default: 0] += 1
    }
    #expect(counts.count == 24)
    let expected = Double(trials) / 24
    let chiSquare = counts.values.reduce(0.0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    // 23 degrees of freedom: P(chi square > 58.6) = 6e-5. And not too good to be true.
    #expect(chiSquare < 58.6)
    #expect(chiSquare > 5)
  }

  @Test func bothPrecisionsGiveTheSameOrder() {
    let stream = PromptStream.of(seed: 8, prompt: 3)
    let order = stream.permutation(50)
    let floats: [Float] = filled(50) { stream.permutation(into: $0) }
    let doubles: [Double] = filled(50) { stream.permutation(into: $0) }
    #expect(floats.map { Int($0) } == order)
    #expect(doubles.map { Int($0) } == order)
  }
}
