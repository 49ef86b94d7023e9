import CICLBackend

/// Where a contraction puts its results.
protocol Destination {
  associatedtype L: Lanes
  /// Where further parts of the same sums go.
  var continued: Self { get }
  func store(_ offset: Int, _ value: L)
  func store4(
    _ o0: Int, _ o1: Int, _ o2: Int, _ o3: Int, _ n0: Int, _ n1: Int, _ n2: Int, _ n3: Int,
    _ c: Block<L>, fromRow: Int, fromColumn: Int)
}

/// Sixteen results of a 4 × 4 block, row by row. A struct of named fields stays in registers.
struct Block<L: Lanes> {
  var c00 = L.zero, c01 = L.zero, c02 = L.zero, c03 = L.zero
  var c10 = L.zero, c11 = L.zero, c12 = L.zero, c13 = L.zero
  var c20 = L.zero, c21 = L.zero, c22 = L.zero, c23 = L.zero
  var c30 = L.zero, c31 = L.zero, c32 = L.zero, c33 = L.zero
  @inline(__always) init() {}
}

/// What an operand may take of the first cache level, which has 48 KB or 32 KB of 8 ways: lines that stand
/// 512 bytes apart find room in half of it.
#if ICL_AVX512
  private let operandBytes = 24_576
#else
  private let operandBytes = 12_288
#endif

/// A contraction of two operands: out[g, m, n] = sum over k of a[g, m, k] b[g, n, k].
///
/// Arguments: out, perhaps what it is added to, a, b; the counts of g, m, n; the count of outer k; count and strides (a, b) of
/// inner k. data: offset tables (Int32), one behind the other: out by g, a by g, b by g, out by m, a
/// by m, out by n, b by n, a by outer k, b by outer k. Any mix of axis orders becomes one of these
/// four groups, so one kernel serves every einsum.
@inline(__always)
func einsum<A: Source, B: Source, D: Destination>(
  _ arguments: inout Arguments, _ data: UnsafeRawPointer, _ out: D, _ a: A.Type, _ b: B.Type
) where A.L == B.L, D.L == A.L {
  typealias L = A.L
  let a = arguments.source(A.self)
  let b = arguments.source(B.self)
  let e = EinsumArguments(&arguments, data)
  let (rows, columns, outer, depth) = (e.rows, e.columns, e.outer, e.depth)
  let (sa, sb) = (e.sa, e.sb)
  let (outG, aG, bG, outM, aM) = (e.outG, e.aG, e.bG, e.outM, e.aM)
  let (outN, bN, aK, bK) = (e.outN, e.bN, e.aK, e.bK)
  let isAligned = rows == 1 && columns == 1
  let done = isAligned ? alignedGroups(e, out, a, b) : 0

  // Long sums are done in parts, so that a block's operands stay in the first cache level.
  let part = outer == 1 ? max(1, min(depth, operandBytes / (4 * MemoryLayout<L>.size))) : depth
  // Columns of b that fit into the first cache level are used with all rows before the next ones.
  let width = max(4, operandBytes / (max(outer * part, 1) * MemoryLayout<L>.size) / 4 * 4)
  for g in done..<e.groups {
    let o = Int(outG[g])
    let ga = a.moved(Int(aG[g]))
    let gb = b.moved(Int(bG[g]))
    var start = 0
    while start < columns {
      // A last piece that is narrower than a block is done with the one before it.
      let end = columns - start < width + 4 ? columns : start + width
      var begin = 0
      var out = out
      repeat {
        let length = min(part, depth - begin)
        var m = 0
        while m < rows {
          if rows - m >= 4 || (rows >= 4 && columns >= 4) {
            // The last block may reach back over rows that are done; it stores only the new ones.
            let first = min(m, rows - 4)
            let a0 = ga.moved(Int(aM[first]))
            let a1 = ga.moved(Int(aM[first + 1]))
            let a2 = ga.moved(Int(aM[first + 2]))
            let a3 = ga.moved(Int(aM[first + 3]))
            let o0 = o + Int(outM[first])
            let o1 = o + Int(outM[first + 1])
            let o2 = o + Int(outM[first + 2])
            let o3 = o + Int(outM[first + 3])
            var n = start
            while n < end {
              if columns >= 4 {
                let left = min(n, columns - 4)
                let b0 = gb.moved(Int(bN[left]))
                let b1 = gb.moved(Int(bN[left + 1]))
                let b2 = gb.moved(Int(bN[left + 2]))
                let b3 = gb.moved(Int(bN[left + 3]))
                let c = blockOfSums(
                  e, from: begin, length: length, a0, a1, a2, a3, b0, b1, b2, b3)
                out.store4(
                  o0, o1, o2, o3, Int(outN[left]), Int(outN[left + 1]), Int(outN[left + 2]),
                  Int(outN[left + 3]), c, fromRow: m - first, fromColumn: n - left)
                n = left + 4
              } else {
                let b0 = gb.moved(Int(bN[n]))
                var c0 = L.zero, c1 = L.zero, c2 = L.zero, c3 = L.zero
                for step in 0..<outer {
                  var i = Int(aK[step]) + begin * sa
                  var j = Int(bK[step]) + begin * sb
                  for _ in 0..<length {
                    let y = b0[j]
                    c0 = L.multiplyAdd(a0[i], y, c0)
                    c1 = L.multiplyAdd(a1[i], y, c1)
                    c2 = L.multiplyAdd(a2[i], y, c2)
                    c3 = L.multiplyAdd(a3[i], y, c3)
                    i += sa
                    j += sb
                  }
                }
                let at = Int(outN[n])
                out.store(o0 + at, c0)
                out.store(o1 + at, c1)
                out.store(o2 + at, c2)
                out.store(o3 + at, c3)
                n += 1
              }
            }
            m = first + 4
          } else {
            let a0 = ga.moved(Int(aM[m]))
            let o0 = o + Int(outM[m])
            var n = start
            while n + 4 <= end {
              let b0 = gb.moved(Int(bN[n]))
              let b1 = gb.moved(Int(bN[n + 1]))
              let b2 = gb.moved(Int(bN[n + 2]))
              let b3 = gb.moved(Int(bN[n + 3]))
              var c0 = L.zero, c1 = L.zero, c2 = L.zero, c3 = L.zero
              for step in 0..<outer {
                var i = Int(aK[step]) + begin * sa
                var j = Int(bK[step]) + begin * sb
                for _ in 0..<length {
                  let x = a0[i]
                  c0 = L.multiplyAdd(x, b0[j], c0)
                  c1 = L.multiplyAdd(x, b1[j], c1)
                  c2 = L.multiplyAdd(x, b2[j], c2)
                  c3 = L.multiplyAdd(x, b3[j], c3)
                  i += sa
                  j += sb
                }
              }
              out.store(o0 + Int(outN[n]), c0)
              out.store(o0 + Int(outN[n + 1]), c1)
              out.store(o0 + Int(outN[n + 2]), c2)
              out.store(o0 + Int(outN[n + 3]), c3)
              n += 4
            }
            while n < end {
              let b0 = gb.moved(Int(bN[n]))
              // Four chains hide the latency of the additions.
              var c0 = L.zero, c1 = L.zero, c2 = L.zero, c3 = L.zero
              for step in 0..<outer {
                var i = Int(aK[step]) + begin * sa
                var j = Int(bK[step]) + begin * sb
                var k = 0
                while k + 4 <= length {
                  c0 = L.multiplyAdd(a0[i], b0[j], c0)
                  c1 = L.multiplyAdd(a0[i + sa], b0[j + sb], c1)
                  c2 = L.multiplyAdd(a0[i + 2 * sa], b0[j + 2 * sb], c2)
                  c3 = L.multiplyAdd(a0[i + 3 * sa], b0[j + 3 * sb], c3)
                  i += 4 * sa
                  j += 4 * sb
                  k += 4
                }
                while k < length {
                  c0 = L.multiplyAdd(a0[i], b0[j], c0)
                  i += sa
                  j += sb
                  k += 1
                }
              }
              out.store(o0 + Int(outN[n]), (c0 + c1) + (c2 + c3))
              n += 1
            }
            m += 1
          }
        }
        begin += length
        out = out.continued
      } while begin < depth
      start = end
    }
  }
}
