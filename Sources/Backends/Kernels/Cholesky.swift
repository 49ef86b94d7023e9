import CICLBackend

/// L of [m, n] from A of [m, n], which is the sum of an array and scalars: the first n rows hold L1 with
/// L1 L1ᵀ = A1, the others X = B L1⁻ᵀ.
///
/// Arguments: out, a, scalars, m, n, strides of out (row, column), of a and of the scalars; the walk is over
/// the leading axes of the three.
/// Only the lower triangle of A1 is read. A pivot that is not above 0 makes NaN of what comes after it.
///
/// Columns are taken four at a time. What earlier columns take from a block of four rows is sixteen sums in
/// registers, and the block is finished before they leave. What is left of columns goes one by one.
@inline(never)
func cholesky<L: Lanes>(_ arguments: inout Arguments, _ type: L.Type) {
  let out = UnsafeMutableRawPointer(arguments.target(L.self))
  let a = UnsafeMutableRawPointer(arguments.target(L.self))
  let scalars = UnsafePointer(arguments.target(L.Scalar.self))
  let rows = arguments.integer()
  let columns = arguments.integer()
  let size = MemoryLayout<L>.stride
  let (outRow, outColumn) = (arguments.integer() * size, arguments.integer() * size)
  let (aRow, aColumn) = (arguments.integer() * size, arguments.integer() * size)
  let (scalarRow, scalarColumn) = (arguments.integer(), arguments.integer())
  walk(&arguments, arrays: 3) { count, o, s in
    for step in 0..<count {
      let (to, from) = (out + (o.0 + step * s.0) * size, a + (o.1 + step * s.1) * size)
      for part in 0..<L.partCount {
        let offset = part * MemoryLayout<L.Part>.size
        decompose(
          Matrix<L.Part>(base: to + offset, rowStride: outRow, columnStride: outColumn),
          Sum<L.Part>(
            matrix: Matrix(base: from + offset, rowStride: aRow, columnStride: aColumn),
            scalars: scalars + (o.2 + step * s.2), rowStride: scalarRow,
            columnStride: scalarColumn),
          rows, columns)
      }
    }
  }
}

/// One part of an array's lanes; strides in bytes.
private struct Matrix<P: RegisterPart> {
  let base: UnsafeMutableRawPointer
  let rowStride: Int
  let columnStride: Int

  @inline(__always) func row(_ i: Int) -> UnsafeMutableRawPointer { base + i * rowStride }
  @inline(__always) subscript(_ i: Int, _ j: Int) -> P {
    get { load(base + (i * rowStride + j * columnStride)) }
    nonmutating set {
      (base + (i * rowStride + j * columnStride)).assumingMemoryBound(to: P.self).pointee = newValue
    }
  }
}

private struct Sum<P: RegisterPart> {
  let matrix: Matrix<P>
  let scalars: UnsafePointer<P.Scalar>
  let rowStride: Int
  let columnStride: Int

  @inline(__always) subscript(_ i: Int, _ j: Int) -> P {
    matrix[i, j] + P(scalars[i * rowStride + j * columnStride])
  }
}

@inline(__always)
private func load<P: RegisterPart>(_ address: UnsafeMutableRawPointer) -> P {
  address.assumingMemoryBound(to: P.self).pointee
}

/// Four neighbours of a row. A struct of named fields stays in registers.
private struct Four<P: RegisterPart> {
  var c0 = P(0), c1 = P(0), c2 = P(0), c3 = P(0)

  @inline(__always) mutating func add(_ x: P, _ y: Four) {
    c0 = P.multiplyAdd(x, y.c0, c0)
    c1 = P.multiplyAdd(x, y.c1, c1)
    c2 = P.multiplyAdd(x, y.c2, c2)
    c3 = P.multiplyAdd(x, y.c3, c3)
  }

  /// With these sums over earlier columns, the elements of row i from column j on.
  @inline(__always) func finish(
    _ to: Matrix<P>, _ from: Sum<P>, _ i: Int, _ j: Int, _ pivots: Pivots<P>
  ) {
    let x0 = (from[i, j] - c0) * pivots.i0
    to[i, j] = x0
    let r1 = P.multiplyAdd(x0, pivots.n10, from[i, j + 1] - c1)
    let x1 = r1 * pivots.i1
    to[i, j + 1] = x1
    let r2 = P.multiplyAdd(x0, pivots.n20, from[i, j + 2] - c2)
    let x2 = P.multiplyAdd(x1, pivots.n21, r2) * pivots.i2
    to[i, j + 2] = x2
    let r3 = P.multiplyAdd(x0, pivots.n30, from[i, j + 3] - c3)
    let x3 =
      P.multiplyAdd(x2, pivots.n32, P.multiplyAdd(x1, pivots.n31, r3)) * pivots.i3
    to[i, j + 3] = x3
  }
}

/// A triangle of four columns: negative elements below the diagonal, and reciprocals of those on it.
private struct Pivots<P: RegisterPart> {
  let i0, i1, i2, i3: P
  let n10, n20, n21, n30, n31, n32: P

  /// Decomposes the block on the diagonal at j, and stores it.
  @inline(__always) init(_ to: Matrix<P>, _ from: Sum<P>, _ j: Int) {
    var (c00, c10, c11, c20, c21) = (P(0), P(0), P(0), P(0), P(0))
    var (c22, c30, c31, c32, c33) = (P(0), P(0), P(0), P(0), P(0))
    let (y0, y1, y2, y3) = (to.row(j), to.row(j + 1), to.row(j + 2), to.row(j + 3))
    var p = 0
    for _ in 0..<j {
      let (x0, x1): (P, P) = (load(y0 + p), load(y1 + p))
      let (x2, x3): (P, P) = (load(y2 + p), load(y3 + p))
      c00 = P.multiplyAdd(x0, x0, c00)
      c10 = P.multiplyAdd(x1, x0, c10)
      c11 = P.multiplyAdd(x1, x1, c11)
      c20 = P.multiplyAdd(x2, x0, c20)
      c21 = P.multiplyAdd(x2, x1, c21)
      c22 = P.multiplyAdd(x2, x2, c22)
      c30 = P.multiplyAdd(x3, x0, c30)
      c31 = P.multiplyAdd(x3, x1, c31)
      c32 = P.multiplyAdd(x3, x2, c32)
      c33 = P.multiplyAdd(x3, x3, c33)
      p = icl_opaque(p + to.columnStride)
    }
    let (zero, one) = (P(0), P(1))
    let r0 = from[j, j] - c00
    i0 = one / P.squareRoot(r0)
    to[j, j] = r0 * i0
    let l10 = (from[j + 1, j] - c10) * i0
    let l20 = (from[j + 2, j] - c20) * i0
    let l30 = (from[j + 3, j] - c30) * i0
    to[j + 1, j] = l10
    to[j + 2, j] = l20
    to[j + 3, j] = l30
    n10 = zero - l10
    n20 = zero - l20
    n30 = zero - l30
    let r1 = P.multiplyAdd(l10, n10, from[j + 1, j + 1] - c11)
    i1 = one / P.squareRoot(r1)
    to[j + 1, j + 1] = r1 * i1
    let l21 = P.multiplyAdd(l20, n10, from[j + 2, j + 1] - c21) * i1
    let l31 = P.multiplyAdd(l30, n10, from[j + 3, j + 1] - c31) * i1
    to[j + 2, j + 1] = l21
    to[j + 3, j + 1] = l31
    n21 = zero - l21
    n31 = zero - l31
    let s2 = P.multiplyAdd(l20, n20, from[j + 2, j + 2] - c22)
    let r2 = P.multiplyAdd(l21, n21, s2)
    i2 = one / P.squareRoot(r2)
    to[j + 2, j + 2] = r2 * i2
    let s32 = P.multiplyAdd(l30, n20, from[j + 3, j + 2] - c32)
    let l32 = P.multiplyAdd(l31, n21, s32) * i2
    to[j + 3, j + 2] = l32
    n32 = zero - l32
    let s3 = P.multiplyAdd(l30, n30, from[j + 3, j + 3] - c33)
    let r3 = P.multiplyAdd(l32, n32, P.multiplyAdd(l31, n31, s3))
    i3 = one / P.squareRoot(r3)
    to[j + 3, j + 3] = r3 * i3
  }
}

@inline(__always)
private func decompose<P: RegisterPart>(
  _ to: Matrix<P>, _ from: Sum<P>, _ rows: Int, _ columns: Int
) {
  var j = 0
  while j + 4 <= columns {
    let pivots = Pivots(to, from, j)
    var i = j + 4
    // Sixteen sums need more registers than others have.
    #if ICL_AVX512
      while i + 4 <= rows {
        fourRows(to, from, i, j, pivots)
        i += 4
      }
    #endif
    while i + 2 <= rows {
      twoRows(to, from, i, j, pivots)
      i += 2
    }
    if i < rows { oneRow(to, from, i, j, pivots) }
    j += 4
  }
  while j < columns {
    oneColumn(to, from, j, rows)
    j += 1
  }
  for row in 0..<columns {
    for column in row + 1..<max(columns, row + 1) { to[row, column] = P(0) }
  }
}

#if ICL_AVX512
  @inline(__always)
  private func fourRows<P: RegisterPart>(
    _ to: Matrix<P>, _ from: Sum<P>, _ i: Int, _ j: Int, _ pivots: Pivots<P>
  ) {
    var (r0, r1, r2, r3) = (Four<P>(), Four<P>(), Four<P>(), Four<P>())
    let (x0, x1, x2, x3) = (to.row(i), to.row(i + 1), to.row(i + 2), to.row(i + 3))
    let (y0, y1, y2, y3) = (to.row(j), to.row(j + 1), to.row(j + 2), to.row(j + 3))
    var p = 0
    for _ in 0..<j {
      let y = Four<P>(c0: load(y0 + p), c1: load(y1 + p), c2: load(y2 + p), c3: load(y3 + p))
      r0.add(load(x0 + p), y)
      r1.add(load(x1 + p), y)
      r2.add(load(x2 + p), y)
      r3.add(load(x3 + p), y)
      p = icl_opaque(p + to.columnStride)
    }
    r0.finish(to, from, i, j, pivots)
    r1.finish(to, from, i + 1, j, pivots)
    r2.finish(to, from, i + 2, j, pivots)
    r3.finish(to, from, i + 3, j, pivots)
  }
#endif

@inline(__always)
private func twoRows<P: RegisterPart>(
  _ to: Matrix<P>, _ from: Sum<P>, _ i: Int, _ j: Int, _ pivots: Pivots<P>
) {
  var (r0, r1) = (Four<P>(), Four<P>())
  let (x0, x1) = (to.row(i), to.row(i + 1))
  let (y0, y1, y2, y3) = (to.row(j), to.row(j + 1), to.row(j + 2), to.row(j + 3))
  var p = 0
  for _ in 0..<j {
    let y = Four<P>(c0: load(y0 + p), c1: load(y1 + p), c2: load(y2 + p), c3: load(y3 + p))
    r0.add(load(x0 + p), y)
    r1.add(load(x1 + p), y)
    p = icl_opaque(p + to.columnStride)
  }
  r0.finish(to, from, i, j, pivots)
  r1.finish(to, from, i + 1, j, pivots)
}

@inline(__always)
private func oneRow<P: RegisterPart>(
  _ to: Matrix<P>, _ from: Sum<P>, _ i: Int, _ j: Int, _ pivots: Pivots<P>
) {
  var r = Four<P>()
  let x = to.row(i)
  let (y0, y1, y2, y3) = (to.row(j), to.row(j + 1), to.row(j + 2), to.row(j + 3))
  var p = 0
  for _ in 0..<j {
    let y = Four<P>(c0: load(y0 + p), c1: load(y1 + p), c2: load(y2 + p), c3: load(y3 + p))
    r.add(load(x + p), y)
    p = icl_opaque(p + to.columnStride)
  }
  r.finish(to, from, i, j, pivots)
}

/// One of the last columns, down from the diagonal.
@inline(__always)
private func oneColumn<P: RegisterPart>(
  _ to: Matrix<P>, _ from: Sum<P>, _ j: Int, _ rows: Int
) {
  var inverse = P(1)
  for i in j..<rows {
    var sum = P(0)
    for p in 0..<j { sum = P.multiplyAdd(to[i, p], to[j, p], sum) }
    let rest = from[i, j] - sum
    if i == j { inverse = P(1) / P.squareRoot(rest) }
    to[i, j] = rest * inverse
  }
}
