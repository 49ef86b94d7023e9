import ICLPapers
import Testing

@Suite struct ToleranceTests {
  @Test(
    arguments: [
      (Tolerance(), 1, 1, true), (Tolerance(), 1.0000001, 1, false),
      (Tolerance(absolute: 0.01), 1.0099, 1, true), (Tolerance(absolute: 0.01), 1.0101, 1, false),
      (Tolerance(relative: 0.1), -109, -100, true), (Tolerance(relative: 0.1), -111, -100, false),
      (Tolerance(absolute: 0.5, relative: 0.001), 0.4, 0, true),
      (Tolerance(factor: 2), 1.9, 1, true), (Tolerance(factor: 2), 0.51, 1, true),
      (Tolerance(factor: 2), 0.49, 1, false), (Tolerance(factor: 2), -1, 1, false),
      (Tolerance(standardErrors: 3), 1.4, 1, true), (Tolerance(standardErrors: 3), 1.6, 1, false),
      (Tolerance(absolute: 1), .nan, 1, false), (Tolerance(absolute: 1), .infinity, 1, false),
      (Tolerance(), .infinity, .infinity, true), (Tolerance(relative: 0.1), 1, .infinity, false),
    ] as [(Tolerance, Double, Double, Bool)])
  func allows(tolerance: Tolerance, measured: Double, expected: Double, holds: Bool) {
    // Standard errors of 0.09 and 0.12 make 0.15.
    let allowed = tolerance.allows(
      measured, error: 0.09, expected: expected, expectedError: 0.12)
    #expect(allowed == holds)
  }

  @Test(arguments: [
    (Tolerance(), "exactly"), (Tolerance(absolute: 0.01), "± 0.01"),
    (Tolerance(absolute: 1e-9), "± 1e-9"),
    (Tolerance(relative: 0.05, standardErrors: 3), "± 5 % or 3 standard errors"),
    (Tolerance(factor: 2), "factor 2"),
  ])
  func hasText(tolerance: Tolerance, expected: String) {
    #expect(tolerance.text == expected)
  }
}
