/// A matrix stored column by column, with Householder reflections I - scale v vᵀ of its columns.
struct Columns {
  private let stride: Int
  private var values: [Double]

  init(rows: Int, count: Int) {
    stride = rows
    values = [Double](repeating: 0, count: rows * count)
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[column * stride + row] }
    set { values[column * stride + row] = newValue }
  }

  mutating func swap(_ a: Int, _ b: Int) {
    guard a != b else { return }
    for row in 0..<stride { values.swapAt(a * stride + row, b * stride + row) }
  }

  /// Of the entries from ..< rows.
  func norm(of column: Int, from: Int, rows: Int) -> Double {
    var largest = 0.0
    for row in from..<rows { largest = max(largest, self[row, column].magnitude) }
    // Scaled, so that squares neither overflow nor vanish.
    guard largest > 0 else { return 0 }
    var sum = 0.0
    for row in from..<rows {
      let ratio = self[row, column] / largest
      sum += ratio * ratio
    }
    return largest * sum.squareRoot()
  }

  /// The reflection that makes the entries from + 1 ..< rows of a column zero, and does so.
  mutating func reflect(
    column: Int, from: Int, rows: Int
  ) -> (vector: [Double], scale: Double) {
    let norm = norm(of: column, from: from, rows: rows)
    let head = self[from, column]
    guard norm > 0 else { return ([Double](repeating: 0, count: rows - from), 0) }
    let image = head > 0 ? -norm : norm
    // v = (1, rest / (head - image)); the difference never cancels, for its signs agree.
    var vector = [1.0]
    for row in from + 1..<max(rows, from + 1) {
      vector.append(self[row, column] / (head - image))
      self[row, column] = 0
    }
    self[from, column] = image
    return (vector, (image - head) / image)
  }

  mutating func apply(
    _ reflection: (vector: [Double], scale: Double), to column: Int, from: Int
  ) {
    var product = 0.0
    for (index, value) in reflection.vector.enumerated() {
      product += value * self[from + index, column]
    }
    for (index, value) in reflection.vector.enumerated() {
      self[from + index, column] -= reflection.scale * product * value
    }
  }
}
