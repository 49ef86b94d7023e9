import ICLAnalysis
import Testing

/// The table of the small configuration, arXiv 2501.17745 in D = 3: M = 4 goes straight to dMMSE, 8 and
/// 16 have a transient, 32 and 64 stay.
@Suite struct TransientCourseTests {
  private static func course(
    _ loss: [Double], _ toRidge: [Double], _ toDMMSE: [Double], dmmse: Double
  ) -> TransientCourse {
    TransientCourse(
      steps: [0, 64, 1000, 4000, 15_600, 26_000], loss: loss, ridgeLoss: 1.131, dmmseLoss: dmmse,
      toRidge: toRidge, toDMMSE: toDMMSE)
  }

  @Test func eightTasksAreATransient() {
    let course = Self.course(
      [3.4, 3.3, 2.4, 2.02, 2.4, 2.54], [1.5, 1.4, 0.5, 0.379, 0.46, 0.477],
      [2.3, 2.2, 0.8, 0.419, 0.1, 0.036], dmmse: 2.57)
    #expect(course.kind == .transient)
    #expect(course.criticalStep == 4000 && course.leastLoss == 2.02)
    #expect(abs(course.relativeDip - 0.52 / 0.55) < 1e-12)
    #expect(course.begin == 1000)
    // .04 below to .36 above: a tenth of the way from 4000 to 15600.
    #expect(abs(course.end - (4000 + 11_600 * 0.04 / 0.4)) < 1e-6)
    #expect(course.distances == [0.379, 0.419, 0.477, 0.036])
  }

  @Test func whatIsLeastBeforeLearningIsNone() {
    let course = Self.course(
      [3.4, 3.35, 4.1, 4.0, 3.8, 3.74], [1.5, 1.4, 0.9, 0.85, 0.82, 0.819],
      [2.3, 2.2, 0.4, 0.1, 0.01, 0.0045], dmmse: 3.75)
    #expect(course.kind == .none)
    #expect(course.reason.contains("before anything is learnt"))
  }

  @Test func whatStaysWithRidgeIsNone() {
    let course = Self.course(
      [3.4, 3.3, 1.9, 1.5, 1.33, 1.335], [1.5, 1.4, 0.4, 0.2, 0.189, 0.19],
      [2.3, 2.2, 0.8, 0.4, 0.311, 0.3], dmmse: 1.831)
    #expect(course.kind == .none && course.reason == "it stays with ridge")
    #expect(course.end == .infinity)
  }

  @Test func whatHasBegunToLeaveIsUnfinished() {
    let course = Self.course(
      [3.4, 3.3, 1.9, 1.5, 1.4, 1.6], [1.5, 1.4, 0.4, 0.2, 0.189, 0.22],
      [2.3, 2.2, 0.8, 0.4, 0.311, 0.3], dmmse: 1.831)
    #expect(course.kind == .unfinished)
  }

  @Test func whatNeverWasNearRidgeIsNone() {
    let course = Self.course(
      [3.4, 3.3, 2.4, 2.02, 2.4, 2.54], [1.5, 1.4, 0.9, 0.6, 0.7, 0.8],
      [2.3, 2.2, 0.8, 0.419, 0.1, 0.036], dmmse: 2.57)
    #expect(course.kind == .none && course.reason.contains("nearer to dMMSE"))
  }

  @Test func withoutAFiniteSetThereIsNone() {
    let course = TransientCourse(
      steps: [0, 1], loss: [3, 1.2], ridgeLoss: 1.1, dmmseLoss: nil, toRidge: [2, 0.1],
      toDMMSE: nil)
    #expect(course.kind == .none && course.distances[1].isNaN)
  }
}
