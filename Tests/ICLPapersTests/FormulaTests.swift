import ICLPapers
import ICLTraining
import Testing

/// Formulas over runs of which every number is known.
@Suite struct FormulaTests {
  /// Three runs that halve, cross 0.5 at 10, 15 and never; two variations with two runs each.
  private static let runs: [String: [[MadeSeries]]] = [
    "three": [
      [
        MadeSeries(known: [
          "loss": StepSeries([0, 10, 20], [1, 0.5, 0.25], errors: [0.1, 0.2, 0.3])
        ]),
        MadeSeries(known: ["loss": StepSeries([0, 10, 20], [1, 0.75, 0.25])]),
        MadeSeries(known: ["loss": StepSeries([0, 10, 20], [1, 0.9, 0.8])]),
      ]
    ],
    "one": [
      [
        MadeSeries(
          known: [
            "loss": StepSeries([0, 10, 20], [2, -1, 3], errors: [0.1, 0.2, 0.3]),
            "other": StepSeries([10, 20, 30], [4, 5, 6]),
            "vector": StepSeries([0, 10], vectors: [[3, -4, 0], [1, 5, 2]]),
          ],
          parameters: [
            "w": StepSeries(
              steps: [0], points: [Quantity(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])]),
            "square": StepSeries(
              steps: [0], points: [Quantity(shape: [2, 2], values: [1, 2, 3, 4])]),
          ])
      ]
    ],
    "two-by-two": [
      [made(1), made(3)], [made(10), made(30)],
    ],
    "theory": [[made(2)], [made(20)]],
  ]

  private static func made(_ last: Double) -> MadeSeries {
    MadeSeries(known: ["loss": StepSeries([0, 5], [0, last])])
  }

  static func value(_ text: String) throws -> Quantity {
    let values = try [
      "three": named("three", "loss"), "one": named("one", "loss"),
      "other": named("one", "other"), "vector": named("one", "vector"),
      "w": named("one", parameter: "w"), "square": named("one", parameter: "square"),
      "pairs": named("two-by-two", "loss"), "theory": named("theory", "loss"),
      "levels": NamedValue(.numbers(Quantity([0.75, 0.5])), at: nowhere),
      "double": NamedValue(.formula(Formula("2 * one")), at: nowhere),
      "circle": NamedValue(.formula(Formula("circle + 1")), at: nowhere),
    ]
    let reader = ValueReader(values) { group in
      let made = runs[group] ?? []
      return made.enumerated().map { variation, runs in
        runs.enumerated().map { seed, source in
          let plan = PlannedRun(
            group: group, work: .experiment("", trains: true), variation: variation,
            variationText: "", seed: seed, settings: [])
          return FinishedRun(plan: plan, source: source)
        }
      }
    }
    return try reader.value(of: Formula(text)).whole()
  }

  private static let nowhere = Place(file: "paper.yaml", line: 7, path: "values")

  private static func named(_ group: String, _ name: String) -> NamedValue {
    NamedValue(.series(group: group, name: name, only: []), at: nowhere)
  }

  private static func named(_ group: String, parameter: String) -> NamedValue {
    NamedValue(.parameter(group: group, name: parameter, only: []), at: nowhere)
  }

  @Test(
    arguments: [
      // Arithmetic.
      ("1 + 2 * 3", [7]), ("(1 + 2) * 3", [9]), ("2 ^ 3 ^ 2", [512]), ("-2 ^ 2", [-4]),
      ("7 - 2 - 1", [4]), ("8 / 4 / 2", [1]), ("1e-3 * 2.5E2", [0.25]), (".5", [0.5]),
      ("[1, 2, 3] / 2", [0.5, 1, 1.5]), ("max(2, [1, 3])", [2, 3]), ("1 < 2 < 3", [1]),
      ("1 < 3 < 2", [0]), ("3 >= 3", [1]), ("log(exp(2))", [2]), ("log2(8) + log10(100)", [5]),
      ("abs([-1, 1])", [1, 1]), ("and(1 < 2, 2 < 1)", [0]), ("or(1 < 2, 2 < 1)", [1]),
      ("is-finite([1, 1 / 0])", [1, 0]), ("levels[1]", [0.5]),
      // Along steps.
      ("first(one)", [2]), ("last(one)", [3]), ("at(one, 10)", [-1]),
      ("at(one, [0, 20])", [2, 3]), ("interpolated(one, 15)", [1]), ("near(one, 14)", [-1]),
      ("minimum(one)", [-1]), ("maximum(one)", [3]), ("step-of-minimum(one)", [10]),
      ("step-of-maximum(one)", [20]), ("average(one)", [4.0 / 3]),
      ("average(between(one, 10, 20))", [1]), ("crossing(one, 0.5)", [5]),
      ("crossing(one, 0, 2)", [12.5]), ("crossing(one, 9)", [.infinity]),
      ("crossing(one, 2)", [0]), ("crossing(one, -1)", [10]), ("nearest-step(one, 0)", [10]),
      // From 2 through -1 to 3 in two times 10 steps: 10/3 and 10/4 of them within [0, 1].
      ("stay(one, 0, 1)", [10.0 / 3 + 2.5]), ("stay(one, 4, 5)", [0]), ("stay(one, -1, 3)", [20]),
      ("stay(0 * one, 0, 1)", [20]), ("stay(vector, 0, 1)", [0, 10.0 / 9, 5]),
      // 1/√(2 ln 2): neighbours weigh 1/2, those after them 1/16.
      ("at(smoothed(one, 0.8493218002880191), [0, 10])", [1.08, 0.75]),
      ("last(smoothed(one, 0.01))", [3]), ("at(smoothed(one + 7 - one, 3), 10)", [7]),
      ("last(steps(one))", [20]), ("last(double)", [6]), ("last(one - one)", [0]),
      ("maximum(abs(one - other))", [5]), ("last(one) / first(one)", [1.5]),
      ("last(one / first(one))", [1.5]),
      // Over runs.
      ("mean(last(three))", [1.3 / 3]), ("median(at(three, 10))", [0.75]),
      ("percentile(at(three, 10), 75)", [0.825]), ("lowest(last(three))", [0.25]),
      ("highest(last(three))", [0.8]), ("each(at(three, 10))", [0.5, 0.75, 0.9]),
      ("count(crossing(three, 0.5))", [2]), ("total(last(three) < 0.5)", [2]),
      ("median(crossing(three, 0.5))", [15]), ("deviation([2])[0]", [.nan]),
      ("deviation(at(three, 10))", [0.20207259421636903]),
      ("standard-error(at(three, 10))", [0.11666666666666667]),
      ("trimmed-mean(at(three, 10), 1)", [0.75]), ("last(mean(three))", [1.3 / 3]),
      ("at(median(three), 10)", [0.75]),
      // Over variations.
      ("mean(last(pairs))", [2, 20]), ("last(pairs) / last(theory)", [1, 1]),
      ("each-variation(last(pairs))[1]", [20]), ("each(last(pairs))", [1, 3, 10, 30]),
      ("highest(last(pairs) - last(theory))", [1, 10]),
      // Over elements.
      ("last(sum(vector))", [8]), ("norm(first(vector))", [5]), ("largest(last(vector))", [5]),
      ("smallest(first(vector))", [-4]), ("sorted(first(vector))", [-4, 0, 3]),
      ("length(last(vector))", [3]), ("place-of-largest(last(vector))", [1]),
      ("last(vector)[0..1]", [1, 5]), ("last(vector[2])", [2]), ("last(w)[1, 2]", [6]),
      ("last(w)[*, 1]", [2, 5]), ("last(w)[0]", [1, 2, 3]), ("diagonal(last(square))", [1, 4]),
      ("largest(off-diagonal(last(square)))", [3]), ("elements-mean(last(square))", [2.5]),
      ("crossing(vector, 0)", [.infinity, 40.0 / 9, 0]), ("minimum(vector)", [1, -4, 0]),
      ("product(first(vector))", [0]), ("all([1, 0])", [0]),
      ("joined([1, 2], [3, 4])", [1, 2, 3, 4]),
      ("flattened(last(square))", [1, 2, 3, 4]),
      // Special. W₋₁(-2 e⁻²) = -2; (1, 3, 2) against (1, 2, 3): 1 - 6 · 2 / 24.
      ("lambert-w-lower(-2 * exp(-2))", [-2]), ("lambert-w-lower([-0.5, 0, 1])[1]", [.nan]),
      ("lambert-w-lower(-50 * exp(-50))", [-50]),
      ("rank-correlation([10, 30, 20], [1, 2, 3])", [0.5]),
      ("rank-correlation([1, 1], [3, 4])", [.nan]), ("points(one)", [3]),
    ] as [(String, [Double])])
  func yields(formula: String, expected: [Double]) throws {
    let values = try Self.value(formula).values
    #expect(values.count == expected.count, "\(formula): \(values)")
    for (value, expected) in zip(values, expected) {
      let isSame = value == expected || value.isNaN && expected.isNaN
      #expect(isSame || abs(value - expected) < 1e-12, "\(formula): \(values)")
    }
  }

  /// Of a mean over runs: their spread. Of one run: its own. Of arithmetic: as for independent ones.
  @Test(arguments: [
    ("mean(at(three, 10))", 0.11666666666666667), ("at(one, 10)", 0.2), ("last(one) * 2", 0.6),
    ("joined([last(one)], [2])", 0.3), ("last(one) - first(one)", 0.1.squareRoot()),
    ("1 / last(one)", 0.5 / 2.7 - 0.5 / 3.3),
  ])
  func carriesErrors(formula: String, expected: Double) throws {
    let error = try #require(try Self.value(formula).errors).first ?? .nan
    #expect(abs(error - expected) < 1e-12, "\(formula): \(error)")
  }

  @Test(arguments: [
    ("1 +", "expected a number, a name, '(' or '[', found the end. (column 4)"),
    ("1 2", "expected the end, or an operator, found 2.0. (column 3)"),
    ("(1", "expected ')', found the end. (column 3)"),
    ("1 & 2", "'&' means nothing here. (column 3)"),
    ("1.2.3", "'1.2.3' is no number. (column 1)"),
    ("last(one)[x]", "expected a place, a range such as 0..3, or '*', found 'x'. (column 11)"),
    ("last(one)[1]", "1 subscripts for a value of shape []. (column 1)"),
    (
      "last(vector)[3]",
      "there is no element 3 along axis 0, which has 3. (column 1) "
        + "Places count from 0."
    ),
    ("last(3)", "last() wants a series along steps, and this is a number. (column 1)"),
    (
      "sum(levels) + diagonal(levels)",
      "diagonal() wants a square matrix, and this has shape [2]. (column 15)"
    ),
    (
      "at(one, 7)",
      "the series has no value at step 7: it has the steps 0, 10, 20; the nearest is 10. "
        + "(column 1) Record that step, or use near() or interpolated()."
    ),
    (
      "[1, 2] + [1, 2, 3]",
      "values of shapes [2] and [3] do not go together. (column 1) "
        + "Equal shapes do, and a scalar goes with everything."
    ),
    (
      "last(three) - last(pairs)",
      "values of 3 runs and of 2 variations of 2 runs do not go together. (column 1) "
        + "Reduce one of them over its runs first, such as with mean()."
    ),
  ])
  func refuses(formula: String, expected: String) throws {
    let failure = #expect(throws: Failure.self) { try Self.value(formula) }
    #expect(failure.map { "\($0.message)\($0.hint.isEmpty ? "" : " ")\($0.hint)" } == expected)
  }

  @Test func namesAFormulaThatNeedsItself() {
    let failure = #expect(throws: Failure.self) { try Self.value("circle") }
    #expect(failure?.key == "paper.yaml:7:values")
    #expect(failure?.message == "it needs itself: circle → circle.")
  }
}
