import Foundation
import SoftmaxBoolean
import Testing

/// The formulas of the Boolean papers against closed forms, brute force and the specification.
@Suite struct SoftmaxBooleanTests {
  /// E max |N| of one is √(2/π), of two 2/√π.
  @Test func largestOfNormals() {
    #expect(abs(Expectations.meanLargestMagnitude(of: 1) - (2 / Double.pi).squareRoot()) < 1e-9)
    #expect(abs(Expectations.meanLargestMagnitude(of: 2) - 2 / Double.pi.squareRoot()) < 1e-9)
  }

  /// Check C11, with E max |N| by scipy's quadrature; the specification has .221, .198, .240.
  @Test(arguments: [
    (64, 8, 8192, 0.22351050681542795), (128, 16, 16384, 0.20040535810356538),
    (256, 32, 16384, 0.24258949079999734),
  ])
  func errorOfOneStep(_ d: Int, _ t: Int, _ n: Int, _ expected: Double) {
    let error = Expectations.oneStepError(
      dimension: d, pairs: t, samples: n, learningRate: 8 * Double(d) * (log(Double(d)) + 4))
    #expect(abs(error - expected) < 1e-9)
  }

  /// Check C22 by scipy's Poisson weights (the specification has .008, .29, .78, .957), and a sum
  /// over all ways in which rows can tell.
  @Test func eliminationIsASum() {
    for (factor, expected) in [
      (1, 0.007779765521303191), (4, 0.290966852645717), (8, 0.7807186827348576),
      (12, 0.9564562751742546),
    ] {
      let rate = Expectations.elimination(support: 8, dimension: 32, samples: factor * 256)
      #expect(abs(rate - expected) < 1e-9, "\(factor): \(rate)")
    }
    let few = Expectations.elimination(support: 2, dimension: 3, samples: 4)
    // q ~ Poisson(1): E[1 - 2^-q] = 1 - e^(-1/2).
    #expect(abs(few - (1 - exp(-0.5))) < 1e-12)
    #expect(Expectations.bound(support: 48, dimension: 64) == 0.25)
  }

  @Test func scoresOfAnIndicator() {
    let score = SupportScore([0.9, 0.2, 0.6, 0.7, 0.1], hidden: [0, 1])
    #expect(abs(score.error - 0.8) < 1e-15)
    #expect(abs(score.meanError - (0.1 + 0.8 + 0.6 + 0.7 + 0.1) / 5) < 1e-15)
    #expect(abs(score.leastError - 0.1) < 1e-15)
    #expect(score.threshold == [0, 2, 3])
    #expect(score.top == [0, 3])
    #expect(score.overlap == 0.5)
    #expect(score.leastHidden == 0.2 && score.largestOther == 0.7)
    // Of equal values the first count.
    #expect(SupportScore([1, 1, 1, 1], hidden: [2, 3]).top == [0, 1])
  }

  @Test func columnsFindTheirChildren() {
    // Two columns over four positions, with children (0, 1) and (2, 3).
    let (ln2, ln3, ln4, ln8) = (
      0.6931471805599453, 1.0986122886681098, 1.3862943611198906, 2.0794415416798357
    )
    let scores = [ln3, 0, ln2, 0, 0, ln4, 0, ln8]
    let columns = Columns(scores, tokens: 4, labels: 2, children: [[0, 1], [2, 3]])
    expect(columns.attention(0), [3.0 / 7, 2.0 / 7, 1.0 / 7, 1.0 / 7], within: 1e-14)
    #expect(columns.areExact)
    let mass = (2.0 / 7 + 2.0 / 14) / 2
    let moments = columns.moments
    let child = (ln3 + ln2 + ln4 + ln8) / 4
    let pair = ((ln3 - ln2) * (ln3 - ln2) + ln2 * ln2) / 2
    expect(
      [columns.irrelevantMass, moments.child, moments.other, moments.largestOther],
      [mass, child, 0, 0], within: 1e-14)
    expect([moments.leastChild, moments.pairSquare], [ln2, pair], within: 1e-14)
    var wrong = scores
    wrong[3 * 2] = 5
    #expect(!Columns(wrong, tokens: 4, labels: 2, children: [[0, 1], [2, 3]]).areExact)
    // What is not read does not count.
    #expect(
      Columns(wrong, tokens: 4, labels: 2, children: [[0, 1], [2, 3]], widths: [3, 4]).areExact)
  }

  @Test func treesAndTheirFilter() {
    let tree = NodeTree(hidden: [5, 1, 7, 2], group: 2, dimension: 8, levels: 2)
    #expect(tree.children == [[5, 1], [7, 2], [8, 9]])
    #expect(tree.levels == [2, 1])
    #expect(tree.widths(byLevel: false) == [8, 9, 10])
    #expect(tree.widths(byLevel: true) == [8, 8, 10])
    func columns(_ weights: [Int: Double]) -> Columns {
      Columns(
        (0..<30).map { weights[$0] ?? 0 }, tokens: 10, labels: 3, children: tree.children,
        widths: tree.widths(byLevel: true))
    }
    // Node 0 looks at token 5, node 1 at token 7.
    let sure = [5 * 3: 3.0, 7 * 3 + 1: 3]
    #expect(tree.openLevels(columns([:]), threshold: 0.4) == 1)
    #expect(tree.openLevels(columns([5 * 3: 3.0]), threshold: 0.4) == 1)
    #expect(tree.openLevels(columns(sure), threshold: 0.4) == 2)
    // e³ / (e³ + 7) = .742
    #expect(tree.openLevels(columns(sure), threshold: 0.75) == 1)
  }
}
