import Glibc

/// Spearman's: the correlation of ranks; equal values share a rank. 0 where one side is constant.
func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double {
  let (x, y) = (ranks(a), ranks(b))
  let mean = Double(a.count - 1) / 2
  var (xy, xx, yy) = (0.0, 0.0, 0.0)
  for index in x.indices {
    let (u, v) = (x[index] - mean, y[index] - mean)
    xy += u * v
    xx += u * u
    yy += v * v
  }
  return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}

private func ranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var first = 0
  while first < order.count {
    var end = first + 1
    while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
    for place in first..<end { ranks[order[place]] = Double(first + end - 1) / 2 }
    first = end
  }
  return ranks
}

func exponential(_ x: Double) -> Double { exp(x) }
