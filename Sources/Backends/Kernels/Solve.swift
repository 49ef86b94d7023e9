import CICLBackend

/// X with A X = B by Cholesky, in place of a workspace. Only A's lower triangle is read.
///
/// Arguments: out, a, b, workspace (n n + n elements), n, k, strides of out (row, column), a, b;
/// the walk is over the leading axes of out, a and b. Not positive definite gives NaN.
@inline(__always)
func solve<L: Lanes>(_ arguments: inout Arguments, _ flags: UInt32, _ type: L.Type) {
  let out = arguments.target(L.self)
  let a = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_0 != 0)
  let b = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_1 != 0)
  let l = arguments.target(L.self)
  let n = arguments.integer()
  let columns = arguments.integer()
  let oRow = arguments.integer()
  let oColumn = arguments.integer()
  let aRow = arguments.integer()
  let aColumn = arguments.integer()
  let bRow = arguments.integer()
  let bColumn = arguments.integer()
  let inverse = l + n * n
  walk(&arguments, arrays: 3) { count, o, s in
    for step in 0..<count {
      let to = o.0 + step * s.0
      let from = o.1 + step * s.1
      let right = o.2 + step * s.2
      for j in 0..<n {
        for i in j..<n {
          var sum = a[from + i * aRow + j * aColumn]
          for p in 0..<j { sum = sum - l[i * n + p] * l[j * n + p] }
          if i == j {
            let root = L.squareRoot(sum)
            inverse[j] = L.one / root
            l[j * n + j] = root
          } else {
            l[i * n + j] = sum * inverse[j]
          }
        }
      }
      for c in 0..<columns {
        for i in 0..<n {
          var sum = b[right + i * bRow + c * bColumn]
          for p in 0..<i { sum = sum - l[i * n + p] * out[to + p * oRow + c * oColumn] }
          out[to + i * oRow + c * oColumn] = sum * inverse[i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
          var sum = out[to + i * oRow + c * oColumn]
          for p in (i + 1)..<max(n, i + 1) {
            sum = sum - l[p * n + i] * out[to + p * oRow + c * oColumn]
          }
          out[to + i * oRow + c * oColumn] = sum * inverse[i]
        }
      }
    }
  }
}
