import ICLKit

/// Least squares on the context pairs; of all solutions, the one of least norm.
struct LeastSquares: Predictor {
  static let id = "least-squares"
  static let summary = "least squares, of minimum norm where the pairs leave weights open"

  func predict(
    _ task: Signature, count: Int, inputs: [UnsafePointer<Double>],
    predictions: UnsafeMutablePointer<Double>
  ) throws {
    let names = task.tensors.filter { $0.role == .input }.map(\.name)
    guard let xIndex = names.firstIndex(of: "x"), let yIndex = names.firstIndex(of: "y") else {
      throw KitError("needs the inputs x and y, the task has \(names)", code: .unsupported)
    }
    let (n, d, o) = (task.contextLength, task.inputDimension, task.outputDimension)
    var solver = MinimumNormSolver(rows: n, columns: d, outputs: o)
    for prompt in 0..<count {
      let x = inputs[xIndex] + prompt * (n + 1) * d
      let y = inputs[yIndex] + prompt * n * o
      let result = predictions + prompt * task.positions * o
      for position in 0..<task.positions {
        let row = n + 1 - task.positions + position
        solver.solve(x, y, rows: row)
        for output in 0..<o {
          var sum = 0.0
          for column in 0..<d {
            sum += x[row * d + column] * solver.weights[column * o + output]
          }
          result[position * o + output] = sum
        }
      }
    }
  }
}
