import LinearAttentionDynamics
import Testing

/// Learning the run's fixed task in weights: white inputs with trace 1, D = 4, N = 31.
@Suite struct InWeightTests {
  private func theory(_ p: Double) -> InWeight {
    InWeight(
      dimension: 4, contextLength: 31, variance: 0.25, inContextFraction: p, isInformative: p > 0)
  }

  @Test func leadingSingularValues() {
    let expected = [15.5000, 15.8921, 12.3762, 8.9486, 5.7559, 3.8750]
    expect(
      [0, 0.2, 0.4, 0.6, 0.8, 1].map { theory($0).singularValue }, expected, within: 5e-5)
  }

  /// It depends on the norm of w₀ alone.
  @Test func singularValueIsInvariant() {
    let turned = theory(0.4).leading(fixedTask: [1, -1, 1, 1]).value
    #expect(abs(turned - theory(0.4).singularValue) < 1e-9)
  }

  @Test func endStates() {
    let ends = InWeightEndStates(dimension: 4, contextLength: 31)
    expect(
      [
        ends.inWeightLossAfterFixedTask, ends.inContextLossAfterFixedTask,
        ends.inContextLossAfterOwnTasks, ends.inWeightLossAfterOwnTasks,
      ], [0.060606, 2.409091, 0.138889, 1.095679])
  }
}
