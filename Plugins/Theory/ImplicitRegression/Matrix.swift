/// A small matrix, row-major.
public struct Matrix: Equatable {
  public let rows: Int
  public let columns: Int
  public var values: [Double]

  public init(_ rows: Int, _ columns: Int, _ values: [Double]) {
    precondition(values.count == rows * columns)
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  public init(_ rows: Int, _ columns: Int, _ value: (Int, Int) -> Double = { _, _ in 0 }) {
    self.init(
      rows, columns, (0..<rows * columns).map { value($0 / columns, $0 % columns) })
  }

  public static func identity(_ n: Int) -> Matrix { Matrix(n, n) { $0 == $1 ? 1 : 0 } }

  /// One column.
  public static func column(_ values: [Double]) -> Matrix { Matrix(values.count, 1, values) }

  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  public var transposed: Matrix { Matrix(columns, rows) { self[$1, $0] } }

  /// Rows and columns in these ranges.
  public func block(_ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
    Matrix(rows.count, columns.count) { self[rows.lowerBound + $0, columns.lowerBound + $1] }
  }

  public static func + (a: Matrix, b: Matrix) -> Matrix {
    Matrix(a.rows, a.columns, zip(a.values, b.values).map { $0 + $1 })
  }

  public static func - (a: Matrix, b: Matrix) -> Matrix {
    Matrix(a.rows, a.columns, zip(a.values, b.values).map { $0 - $1 })
  }

  public static func * (a: Double, b: Matrix) -> Matrix {
    Matrix(b.rows, b.columns, b.values.map { a * $0 })
  }

  public static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows)
    var result = Matrix(a.rows, b.columns)
    for row in 0..<a.rows {
      for inner in 0..<a.columns {
        let factor = a[row, inner]
        for column in 0..<b.columns { result[row, column] += factor * b[inner, column] }
      }
    }
    return result
  }

  /// Of all entries.
  public var norm: Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  public var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1] } }
  public var largest: Double { values.reduce(0) { max($0, $1.magnitude) } }
}

/// Of two columns.
public func dot(_ a: Matrix, _ b: Matrix) -> Double {
  zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 }
}
