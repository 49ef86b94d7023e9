import Glibc
import ICLGraph

/// Positions whose mask is 0 have weight exactly 0, and so has all of a line that has none other.
func referenceSoftmax(_ scores: ReferenceTensor, mask: ReferenceTensor?, _ axis: Int) -> [Double] {
  var result = [Double](repeating: 0, count: scores.values.count)
  forEachLine(scores.shape, axis: axis) { line in
    let allowed = line.filter { place in mask.map { $0.values[place] != 0 } ?? true }
    guard let largest = allowed.map({ scores.values[$0] }).max() else { return }
    var sum = 0.0
    for place in allowed {
      result[place] = exp(scores.values[place] - largest)
      sum += result[place]
    }
    for place in allowed { result[place] /= sum }
  }
  return result
}

func referenceCumulativeSum(
  _ operand: ReferenceTensor, _ axis: Int, exclusive: Bool, reverse: Bool
) -> [Double] {
  var result = operand.values
  forEachLine(operand.shape, axis: axis) { line in
    var sum = 0.0
    for place in reverse ? line.reversed() : line {
      let before = sum
      sum += operand.values[place]
      result[place] = exclusive ? before : sum
    }
  }
  return result
}

/// h[t] = a[t] h[t - 1] + b[t] along the first axis. Operands: a, b, and h[-1] if there is one.
func referenceRecurrence(_ operands: [ReferenceTensor], reverse: Bool) -> [Double] {
  let (a, b) = (operands[0], operands[1])
  let row = b.shape.removing([0]).count
  var state = operands.count == 3 ? operands[2].values : [Double](repeating: 0, count: row)
  var result = b.values
  let times = Array(0..<b.shape[0])
  for time in reverse ? times.reversed() : times {
    for element in 0..<row {
      let place = time * row + element
      state[element] = a.values[place] * state[element] + b.values[place]
      result[place] = state[element]
    }
  }
  return result
}

/// By Cholesky's decomposition of each matrix, whose lower triangle alone is read.
func referenceSolve(_ a: ReferenceTensor, _ b: ReferenceTensor) -> [Double] {
  let rank = a.shape.rank
  let n = a.shape[rank - 1]
  let columns = b.shape[rank - 1]
  var result = b.values
  guard n > 0 else { return result }
  for matrix in 0..<a.values.count / (n * n) {
    var lower = Array(a.values[matrix * n * n..<(matrix + 1) * n * n])
    for row in 0..<n {
      for column in 0...row {
        var sum = lower[row * n + column]
        for k in 0..<column { sum -= lower[row * n + k] * lower[column * n + k] }
        lower[row * n + column] =
          row == column ? sum.squareRoot() : sum / lower[column * n + column]
      }
    }
    let start = matrix * n * columns
    for column in 0..<columns {
      func place(_ row: Int) -> Int { start + row * columns + column }
      for row in 0..<n {
        for k in 0..<row { result[place(row)] -= lower[row * n + k] * result[place(k)] }
        result[place(row)] /= lower[row * n + row]
      }
      for row in (0..<n).reversed() {
        for k in row + 1..<n { result[place(row)] -= lower[k * n + row] * result[place(k)] }
        result[place(row)] /= lower[row * n + row]
      }
    }
  }
  return result
}

/// Row by row: L_ij = (A_ij - Σ_{k < j} L_ik L_jk) / L_jj, and on the diagonal the root of what is left.
func referenceCholesky(_ a: ReferenceTensor) -> [Double] {
  let rank = a.shape.rank
  let (rows, columns) = (a.shape[rank - 2], a.shape[rank - 1])
  var result = [Double](repeating: 0, count: a.values.count)
  for start in stride(from: 0, to: a.values.count, by: rows * columns) {
    for row in 0..<rows {
      for column in 0..<min(row + 1, columns) {
        let place = start + row * columns + column
        var rest = a.values[place]
        for k in 0..<column {
          rest -= result[start + row * columns + k] * result[start + column * columns + k]
        }
        if row == column {
          result[place] = rest > 0 ? rest.squareRoot() : .nan
        } else {
          result[place] = rest / result[start + column * columns + column]
        }
      }
    }
  }
  return result
}
