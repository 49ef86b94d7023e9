/// Full matrices in a fixed gauge, and the directions of x that all layers share.
///
/// Predictions do not change if each layer's (P, Q) becomes (c P, Q / c), or if all P and Q become
/// R · Rᵀ with one orthogonal R on x. Here |P| = |Q|, tr P_xx ≥ 0, and R diagonalises
///     Σ_layers Σ_{P, Q} (B Bᵀ + Bᵀ B + p pᵀ + r rᵀ),   B = M_xx - (tr M_xx / d) I,
/// with the columns p = M_xy and rows r = M_yx, from its largest eigenvalue on: the first axis of x is
/// the direction in which the layers differ most from multiples of the identity.
public struct CommonDirections {
  public private(set) var layers: [(p: Matrix, q: Matrix)]

  public init(_ heads: [(p: Matrix, q: Matrix)]) {
    layers = heads.map(Self.balanced)
    guard let first = layers.first else { return }
    let d = first.p.rows - 1
    let all = layers.flatMap { [$0.p, $0.q] }
    let sum = all.map(Self.strength).reduce(Matrix(d, d), +)
    let eigen = SymmetricEigen(sum)
    let order = eigen.values.indices.sorted { eigen.values[$0] > eigen.values[$1] }
    var turn = Matrix(d + 1, d + 1) { row, column in
      guard row < d, column < d else { return row == column ? 1 : 0 }
      return eigen.vectors[column, order[row]]
    }
    // Of an axis and its opposite, the one along which labels are written with a positive sign.
    let written = layers.map { turn * $0.p }.reduce(Matrix(d + 1, d + 1), +)
    for row in 0..<d where written[row, d] < 0 {
      for column in 0..<d { turn[row, column] *= -1 }
    }
    layers = layers.map { (turn * $0.p * turn.transposed, turn * $0.q * turn.transposed) }
  }

  /// What shares of the x block's rest, of x←y and of y←x are along the first direction; 0 where there
  /// is nothing.
  public static func shares(_ matrix: Matrix) -> [String: Double] {
    let d = matrix.rows - 1
    let rest = rest(matrix)
    let column = matrix.block(0..<d, d..<d + 1)
    let row = matrix.block(d..<d + 1, 0..<d)
    func share(_ part: Double, _ whole: Double) -> Double {
      whole > 0 ? part * part / (whole * whole) : 0
    }
    return [
      "rest-along-first": share(rest[0, 0], rest.norm),
      "x-from-y-along-first": share(column[0, 0], column.norm),
      "y-from-x-along-first": share(row[0, 0], row.norm),
    ]
  }

  /// The x block less the multiple of the identity that is nearest.
  public static func rest(_ matrix: Matrix) -> Matrix {
    let d = matrix.rows - 1
    let block = matrix.block(0..<d, 0..<d)
    return block - (block.trace / Double(d)) * Matrix.identity(d)
  }

  private static func strength(_ matrix: Matrix) -> Matrix {
    let d = matrix.rows - 1
    let rest = rest(matrix)
    let column = matrix.block(0..<d, d..<d + 1)
    let row = matrix.block(d..<d + 1, 0..<d)
    return rest * rest.transposed + rest.transposed * rest + column * column.transposed
      + row.transposed * row
  }

  private static func balanced(_ head: (p: Matrix, q: Matrix)) -> (p: Matrix, q: Matrix) {
    let d = head.p.rows - 1
    let (left, right) = (head.p.norm, head.q.norm)
    guard left > 0, right > 0 else { return head }
    let c = (right / left).squareRoot() * (head.p.block(0..<d, 0..<d).trace < 0 ? -1 : 1)
    return (c * head.p, (1 / c) * head.q)
  }
}
