import ICLPlugins
import Testing

/// LAPACK as a predictor, against ours and against a system that is solved by hand.
@Suite(.enabled(if: Foreign.lapack, "needs Debian's liblapack3"))
struct ForeignModelTests {
  private func predictions(
    _ model: ModelInstance, _ signature: Signature, prompts: Int
  ) throws -> [Double] {
    let x = Foreign.numbers(prompts * signature.inputs[0].shape.count, seed: 1)
    let y = Foreign.numbers(prompts * signature.inputs[1].shape.count, seed: 2)
    return try model.predict(signature: signature, count: prompts, inputs: [x, y])
  }

  private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// (XᵀX + p I)⁻¹ Xᵀy with X = [1 2; 3 4], y = [1; 2], p = 1, for the query (1, 1).
  ///
  /// XᵀX + I = [11 14; 14 21], Xᵀy = (7, 10), determinant 35: w = (7, 12) / 35.
  @Test func ridgeByHand() throws {
    let model = try Foreign.catalog().resolve("lapack-ridge", kind: .model)
      .makeModel(["penalty": "1"])
    let signature = FirstParty.regression(2, context: 2, everyPrefix: false)
    let found = try model.predict(
      signature: signature, count: 1, inputs: [[1, 2, 3, 4, 1, 1], [1, 2]])
    #expect(abs(found[0] - 19.0 / 35) < 1e-14)
  }

  @Test(arguments: [(3, 5, 1, true), (8, 16, 2, true), (1, 1, 1, true), (5, 3, 3, false)])
  func ridgeIsCholesky(_ d: Int, _ n: Int, _ outputs: Int, _ everyPrefix: Bool) throws {
    let properties = ["noise-variance": 0.25, "prior-variance": 1.0]
    let signature = FirstParty.regression(
      d, context: n, outputs: outputs, everyPrefix: everyPrefix, properties: properties)
    let theirs = try predictions(
      try Foreign.catalog().resolve("lapack-ridge", kind: .model).makeModel(), signature,
      prompts: 7)
    // An independent solve, not ours: Gauss–Jordan on the normal equations.
    let x = Foreign.numbers(7 * (n + 1) * d, seed: 1)
    let y = Foreign.numbers(7 * n * outputs, seed: 2)
    var expected: [Double] = []
    for prompt in 0..<7 {
      for position in 0..<signature.positions {
        let pairs = everyPrefix ? position : n
        var system = [[Double]](
          repeating: [Double](repeating: 0, count: d + outputs), count: d)
        for i in 0..<d { system[i][i] = 0.25 }
        for pair in 0..<pairs {
          let row = (0..<d).map { x[(prompt * (n + 1) + pair) * d + $0] }
          for i in 0..<d {
            for j in 0..<d { system[i][j] += row[i] * row[j] }
            for o in 0..<outputs {
              system[i][d + o] += row[i] * y[(prompt * n + pair) * outputs + o]
            }
          }
        }
        for pivot in 0..<d {
          for row in 0..<d where row != pivot {
            let factor = system[row][pivot] / system[pivot][pivot]
            for column in pivot..<d + outputs {
              system[row][column] -= factor * system[pivot][column]
            }
          }
        }
        for o in 0..<outputs {
          expected.append(
            (0..<d).reduce(0) {
              $0 + x[(prompt * (n + 1) + pairs) * d + $1] * system[$1][d + o] / system[$1][$1]
            })
        }
      }
    }
    #expect(theirs.count == expected.count)
    #expect(largestDifference(theirs, expected) < 1e-10)
  }

  /// dgels, with its own workspace query, against our orthogonal decomposition.
  @Test(arguments: [(3, 7, 1), (6, 4, 2), (4, 4, 1)])
  func leastSquaresIsOurs(_ d: Int, _ n: Int, _ outputs: Int) throws {
    let signature = FirstParty.regression(d, context: n, outputs: outputs)
    let theirs = try predictions(
      try Foreign.catalog().resolve("lapack-least-squares", kind: .model).makeModel(), signature,
      prompts: 50)
    let ours = try predictions(try FirstParty.model("least-squares"), signature, prompts: 50)
    let scale = ours.map(abs).max()!
    #expect(largestDifference(theirs, ours) < 1e-10 * scale)
  }

  /// Bit for bit the same in the worker and in this process, and however prompts are grouped.
  @Test func placesAgree() throws {
    let signature = FirstParty.regression(
      4, context: 6, properties: ["noise-variance": 0.1, "prior-variance": 1])
    let far = try predictions(
      try Foreign.catalog().resolve("lapack-ridge", kind: .model).makeModel(), signature,
      prompts: 9)
    let near = try Foreign.catalog(.inProcess).resolve("lapack-ridge", kind: .model).makeModel()
    #expect(try predictions(near, signature, prompts: 9) == far)
    #expect(try predictions(near, signature, prompts: 4) == Array(far.prefix(4 * 7)))
  }

  /// LAPACK's info comes as a sentence, with the prompt.
  @Test func resultCodesSpeak() throws {
    let model = try Foreign.catalog().resolve("lapack-ridge", kind: .model)
      .makeModel(["penalty": "0"])
    let signature = FirstParty.regression(2, context: 3)
    #expect {
      _ = try model.predict(
        signature: signature, count: 1, inputs: [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3]])
    } throws: { error in
      "\(error)".contains(
        "dposv_: X'X + penalty I is not positive definite at order 1; give a penalty above 0 "
          + "(info = 1). Item 0")
    }
  }

  @Test func missingPropertyIsNamed() throws {
    let model = try Foreign.catalog().resolve("lapack-ridge", kind: .model).makeModel()
    #expect {
      _ = try model.predict(
        signature: FirstParty.regression(1, context: 1), count: 1, inputs: [[1, 2], [3]])
    } throws: { "\($0)".contains("needs 'property.noise-variance', which the task does not have") }
  }
}
