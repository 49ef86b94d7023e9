import Foundation
import ICLTraining
import Testing

@Suite struct ScheduleTests {
  @Test func constantStaysAtOne() {
    let schedule = Schedule()
    #expect((0..<5).map { schedule.scale(step: $0, of: 5) } == [1, 1, 1, 1, 1])
  }

  @Test func warmUpRisesInAStraightLine() {
    let schedule = Schedule(decay: .constant, warmUp: 4)
    #expect((0..<6).map { schedule.scale(step: $0, of: 6) } == [0.25, 0.5, 0.75, 1, 1, 1])
  }

  @Test func linearEndsAtTheFinalFraction() {
    let schedule = Schedule(decay: .linear, warmUp: 1, finalFraction: 0.2)
    let expected = [1, 1, 0.8, 0.6, 0.4, 0.2]
    for (step, value) in expected.enumerated() {
      #expect(abs(schedule.scale(step: step, of: 6) - value) < 1e-15)
    }
  }

  @Test func cosineIsHalfwayInTheMiddle() {
    let schedule = Schedule(decay: .cosine, warmUp: 2, finalFraction: 0.5)
    let steps = 2 + 4 * 100 + 1
    func scale(_ quarter: Int) -> Double { schedule.scale(step: 2 + quarter * 100, of: steps) }
    #expect(scale(0) == 1)
    #expect(abs(scale(1) - (0.5 + 0.25 * (1 + sqrt(0.5)))) < 1e-15)
    #expect(abs(scale(2) - 0.75) < 1e-15)
    #expect(abs(scale(4) - 0.5) < 1e-15)
  }

  @Test func oneStepAfterTheWarmUpHasTheFullRate() {
    for decay in Schedule.Decay.allCases {
      #expect(Schedule(decay: decay, warmUp: 2).scale(step: 2, of: 3) == 1)
    }
  }
}
