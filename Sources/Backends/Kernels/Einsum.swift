import CICLBackend

/// A contraction of two operands: out[g, m, n] = sum over k of a[g, m, k] b[g, n, k].
///
/// Arguments: out, a, b, the counts of g, m, n, k. data: offset tables (Int32), one behind the
/// other: out by g, a by g, b by g, out by m, a by m, out by n, b by n, a by k, b by k. Any mix of
/// axis orders becomes one of these four groups, so one kernel serves every einsum.
@inline(__always)
func einsum<A: Source, B: Source>(
  _ arguments: inout Arguments, _ data: UnsafeRawPointer, accumulates: Bool, _ a: A.Type,
  _ b: B.Type
) where A.L == B.L {
  typealias L = A.L
  let out = arguments.target(L.self)
  let a = arguments.source(A.self)
  let b = arguments.source(B.self)
  let groups = arguments.integer()
  let rows = arguments.integer()
  let columns = arguments.integer()
  let depth = arguments.integer()
  var table = data.assumingMemoryBound(to: Int32.self)
  func take(_ count: Int) -> UnsafePointer<Int32> {
    defer { table += count }
    return table
  }
  let outG = take(groups)
  let aG = take(groups)
  let bG = take(groups)
  let outM = take(rows)
  let aM = take(rows)
  let outN = take(columns)
  let bN = take(columns)
  let aK = take(depth)
  let bK = take(depth)

  for g in 0..<groups {
    let o = out + Int(outG[g])
    let ga = Int(aG[g])
    let gb = Int(bG[g])
    @inline(__always) func store(_ m: Int, _ n: Int, _ value: L) {
      let at = Int(outM[m]) + Int(outN[n])
      o[at] = accumulates ? o[at] + value : value
    }
    var m = 0
    while m + 4 <= rows {
      let a0 = ga + Int(aM[m])
      let a1 = ga + Int(aM[m + 1])
      let a2 = ga + Int(aM[m + 2])
      let a3 = ga + Int(aM[m + 3])
      var n = 0
      while n + 4 <= columns {
        let b0 = gb + Int(bN[n])
        let b1 = gb + Int(bN[n + 1])
        let b2 = gb + Int(bN[n + 2])
        let b3 = gb + Int(bN[n + 3])
        // Named locals stay in registers; an array would not.
        var c00 = L.zero, c01 = L.zero, c02 = L.zero, c03 = L.zero
        var c10 = L.zero, c11 = L.zero, c12 = L.zero, c13 = L.zero
        var c20 = L.zero, c21 = L.zero, c22 = L.zero, c23 = L.zero
        var c30 = L.zero, c31 = L.zero, c32 = L.zero, c33 = L.zero
        for k in 0..<depth {
          let ka = Int(aK[k])
          let kb = Int(bK[k])
          let y0 = b[b0 + kb]
          let y1 = b[b1 + kb]
          let y2 = b[b2 + kb]
          let y3 = b[b3 + kb]
          let x0 = a[a0 + ka]
          c00 = L.multiplyAdd(x0, y0, c00)
          c01 = L.multiplyAdd(x0, y1, c01)
          c02 = L.multiplyAdd(x0, y2, c02)
          c03 = L.multiplyAdd(x0, y3, c03)
          let x1 = a[a1 + ka]
          c10 = L.multiplyAdd(x1, y0, c10)
          c11 = L.multiplyAdd(x1, y1, c11)
          c12 = L.multiplyAdd(x1, y2, c12)
          c13 = L.multiplyAdd(x1, y3, c13)
          let x2 = a[a2 + ka]
          c20 = L.multiplyAdd(x2, y0, c20)
          c21 = L.multiplyAdd(x2, y1, c21)
          c22 = L.multiplyAdd(x2, y2, c22)
          c23 = L.multiplyAdd(x2, y3, c23)
          let x3 = a[a3 + ka]
          c30 = L.multiplyAdd(x3, y0, c30)
          c31 = L.multiplyAdd(x3, y1, c31)
          c32 = L.multiplyAdd(x3, y2, c32)
          c33 = L.multiplyAdd(x3, y3, c33)
        }
        store(m, n, c00)
        store(m, n + 1, c01)
        store(m, n + 2, c02)
        store(m, n + 3, c03)
        store(m + 1, n, c10)
        store(m + 1, n + 1, c11)
        store(m + 1, n + 2, c12)
        store(m + 1, n + 3, c13)
        store(m + 2, n, c20)
        store(m + 2, n + 1, c21)
        store(m + 2, n + 2, c22)
        store(m + 2, n + 3, c23)
        store(m + 3, n, c30)
        store(m + 3, n + 1, c31)
        store(m + 3, n + 2, c32)
        store(m + 3, n + 3, c33)
        n += 4
      }
      while n < columns {
        let b0 = gb + Int(bN[n])
        var c0 = L.zero, c1 = L.zero, c2 = L.zero, c3 = L.zero
        for k in 0..<depth {
          let ka = Int(aK[k])
          let y = b[b0 + Int(bK[k])]
          c0 = L.multiplyAdd(a[a0 + ka], y, c0)
          c1 = L.multiplyAdd(a[a1 + ka], y, c1)
          c2 = L.multiplyAdd(a[a2 + ka], y, c2)
          c3 = L.multiplyAdd(a[a3 + ka], y, c3)
        }
        store(m, n, c0)
        store(m + 1, n, c1)
        store(m + 2, n, c2)
        store(m + 3, n, c3)
        n += 1
      }
      m += 4
    }
    while m < rows {
      let a0 = ga + Int(aM[m])
      var n = 0
      while n + 4 <= columns {
        let b0 = gb + Int(bN[n])
        let b1 = gb + Int(bN[n + 1])
        let b2 = gb + Int(bN[n + 2])
        let b3 = gb + Int(bN[n + 3])
        var c0 = L.zero, c1 = L.zero, c2 = L.zero, c3 = L.zero
        for k in 0..<depth {
          let kb = Int(bK[k])
          let x = a[a0 + Int(aK[k])]
          c0 = L.multiplyAdd(x, b[b0 + kb], c0)
          c1 = L.multiplyAdd(x, b[b1 + kb], c1)
          c2 = L.multiplyAdd(x, b[b2 + kb], c2)
          c3 = L.multiplyAdd(x, b[b3 + kb], c3)
        }
        store(m, n, c0)
        store(m, n + 1, c1)
        store(m, n + 2, c2)
        store(m, n + 3, c3)
        n += 4
      }
      while n < columns {
        let b0 = gb + Int(bN[n])
        // Two chains hide the latency of the additions.
        var even = L.zero
        var odd = L.zero
        var k = 0
        while k + 2 <= depth {
          even = L.multiplyAdd(a[a0 + Int(aK[k])], b[b0 + Int(bK[k])], even)
          odd = L.multiplyAdd(a[a0 + Int(aK[k + 1])], b[b0 + Int(bK[k + 1])], odd)
          k += 2
        }
        if k < depth { even = L.multiplyAdd(a[a0 + Int(aK[k])], b[b0 + Int(bK[k])], even) }
        store(m, n, even + odd)
        n += 1
      }
      m += 1
    }
  }
}
