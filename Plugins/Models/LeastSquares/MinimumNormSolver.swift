/// The w of least norm among those that minimise ‖X w - Y‖, for X of any rank.
///
/// A complete orthogonal decomposition: X P = Q₁ [R; 0] by Householder reflections with column
/// pivoting, with R [r, D] of full rank r, then Rᵀ = Q₂ [S; 0], so that w = P Q₂ [S⁻ᵀ (Q₁ᵀY)_r; 0].
/// A column whose rest is below max(rows, D) ε times the first pivot counts as dependent. Golub and
/// Van Loan, Matrix Computations, 4th edition, 5.5.
struct MinimumNormSolver {
  private let columns: Int
  private let outputs: Int
  /// X, column by column, then R.
  private var matrix: Columns
  /// Rᵀ, column by column, then S.
  private var transposed: Columns
  /// Y, column by column.
  private var right: Columns
  private var order: [Int]
  /// [D, O], row-major.
  private(set) var weights: [Double]

  init(rows: Int, columns: Int, outputs: Int) {
    self.columns = columns
    self.outputs = outputs
    matrix = Columns(rows: rows, count: columns)
    transposed = Columns(rows: columns, count: min(rows, columns))
    right = Columns(rows: rows, count: outputs)
    order = Array(0..<columns)
    weights = [Double](repeating: 0, count: columns * outputs)
  }

  /// x [rows, D] and y [rows, O], row-major; rows at most as many as there is room for.
  mutating func solve(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, rows: Int) {
    for column in 0..<columns {
      order[column] = column
      for row in 0..<rows { matrix[row, column] = x[row * columns + column] }
    }
    for output in 0..<outputs {
      for row in 0..<rows { right[row, output] = y[row * outputs + output] }
    }
    let rank = triangulate(rows)
    for row in 0..<rank {
      for column in 0..<columns {
        transposed[column, row] = column < row ? 0 : matrix[row, column]
      }
    }
    // R Rᵀ has full rank, so no pivots. The reflections are applied back below.
    var reflections: [(vector: [Double], scale: Double)] = []
    for step in 0..<rank {
      let reflection = transposed.reflect(column: step, from: step, rows: columns)
      for column in step + 1..<max(rank, step + 1) {
        transposed.apply(reflection, to: column, from: step)
      }
      reflections.append(reflection)
    }
    for output in 0..<outputs {
      var solution = [Double](repeating: 0, count: columns)
      for row in 0..<rank {
        var rest = right[row, output]
        for column in 0..<row { rest -= transposed[column, row] * solution[column] }
        solution[row] = rest / transposed[row, row]
      }
      for step in reflections.indices.reversed() {
        let (vector, scale) = reflections[step]
        var product = 0.0
        for index in vector.indices { product += vector[index] * solution[step + index] }
        for index in vector.indices { solution[step + index] -= scale * product * vector[index] }
      }
      for column in 0..<columns { weights[order[column] * outputs + output] = solution[column] }
    }
  }

  /// Makes X upper triangular, the largest remaining column first; returns its rank.
  private mutating func triangulate(_ rows: Int) -> Int {
    var firstPivot = 0.0
    for step in 0..<min(rows, columns) {
      let norms = (step..<columns).map { matrix.norm(of: $0, from: step, rows: rows) }
      let largest = norms.indices.max { norms[$0] < norms[$1] }!
      if step == 0 { firstPivot = norms[largest] }
      guard norms[largest] > Double(max(rows, columns)) * .ulpOfOne * firstPivot else {
        return step
      }
      matrix.swap(step, step + largest)
      order.swapAt(step, step + largest)
      let reflection = matrix.reflect(column: step, from: step, rows: rows)
      for column in step + 1..<max(columns, step + 1) {
        matrix.apply(reflection, to: column, from: step)
      }
      for output in 0..<outputs { right.apply(reflection, to: output, from: step) }
    }
    return min(rows, columns)
  }
}
