import CICLBackend

/// A contraction of an operand with itself whose result is a symmetric matrix of more than four rows for
/// each group: blocks on and above the diagonal are computed, and stored twice.
///
/// Arguments as `einsum`. The last blocks reach back over what is done: they store the same values again.
@inline(never)
func symmetricEinsum<L: Lanes>(
  _ arguments: inout Arguments, _ data: UnsafeRawPointer, _ type: L.Type
) {
  let out = arguments.target(L.self)
  let a = arguments.source(LaneSource<L>.self)
  let b = arguments.source(LaneSource<L>.self)
  let e = EinsumArguments(&arguments, data)
  let last = e.rows - 4
  for g in 0..<e.groups {
    let to = out + Int(e.outG[g])
    let (x, y) = (a.moved(Int(e.aG[g])), b.moved(Int(e.bG[g])))
    var m = 0
    while m < e.rows {
      var n = m
      while n < e.rows {
        mirroredBlock(e, to, x, y, min(m, last), min(n, last))
        n += 4
      }
      m += 4
    }
  }
}

@inline(__always)
private func mirroredBlock<L: Lanes>(
  _ e: EinsumArguments, _ out: UnsafeMutablePointer<L>, _ a: LaneSource<L>, _ b: LaneSource<L>,
  _ row: Int, _ column: Int
) {
  let (m, n) = (e.aM + row, e.bN + column)
  let (a0, a1) = (a.moved(Int(m[0])), a.moved(Int(m[1])))
  let (a2, a3) = (a.moved(Int(m[2])), a.moved(Int(m[3])))
  let (b0, b1) = (b.moved(Int(n[0])), b.moved(Int(n[1])))
  let (b2, b3) = (b.moved(Int(n[2])), b.moved(Int(n[3])))
  let c = blockOfSums(e, from: 0, length: e.depth, a0, a1, a2, a3, b0, b1, b2, b3)
  let (rows, columns) = (e.outM + row, e.outN + column)
  let (turnedRows, turnedColumns) = (e.outM + column, e.outN + row)
  @inline(__always) func store(_ i: Int, _ c0: L, _ c1: L, _ c2: L, _ c3: L) {
    let to = out + Int(rows[i])
    to[Int(columns[0])] = c0
    to[Int(columns[1])] = c1
    to[Int(columns[2])] = c2
    to[Int(columns[3])] = c3
    if row == column { return }
    let turned = out + Int(turnedColumns[i])
    turned[Int(turnedRows[0])] = c0
    turned[Int(turnedRows[1])] = c1
    turned[Int(turnedRows[2])] = c2
    turned[Int(turnedRows[3])] = c3
  }
  store(0, c.c00, c.c01, c.c02, c.c03)
  store(1, c.c10, c.c11, c.c12, c.c13)
  store(2, c.c20, c.c21, c.c22, c.c23)
  store(3, c.c30, c.c31, c.c32, c.c33)
}
