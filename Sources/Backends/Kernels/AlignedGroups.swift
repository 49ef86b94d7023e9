import CICLBackend

/// out[g] = sum over k of a[g, k] b[g, k], for the groups that follow each other in memory: eight
/// sums at once, which hide the latency of the additions and read along the memory.
///
/// Returns the number of groups done, from the first on.
@inline(__always)
func alignedGroups<A: Source, B: Source, D: Destination>(
  _ e: EinsumArguments, _ out: D, _ a: A, _ b: B
) -> Int where A.L == B.L, D.L == A.L {
  typealias L = A.L
  var g = 0
  while g + 8 <= e.groups {
    let (o, i, j) = (Int(e.outG[g]), Int(e.aG[g]), Int(e.bG[g]))
    for next in 1..<8 {
      guard Int(e.outG[g + next]) == o + next, Int(e.aG[g + next]) == i + next,
        Int(e.bG[g + next]) == j + next
      else { return g }
    }
    var (c0, c1, c2, c3) = (L.zero, L.zero, L.zero, L.zero)
    var (c4, c5, c6, c7) = (L.zero, L.zero, L.zero, L.zero)
    for step in 0..<e.outer {
      var x = a.moved(i + Int(e.aK[step]))
      var y = b.moved(j + Int(e.bK[step]))
      for _ in 0..<e.depth {
        c0 = L.multiplyAdd(x[0], y[0], c0)
        c1 = L.multiplyAdd(x[1], y[1], c1)
        c2 = L.multiplyAdd(x[2], y[2], c2)
        c3 = L.multiplyAdd(x[3], y[3], c3)
        c4 = L.multiplyAdd(x[4], y[4], c4)
        c5 = L.multiplyAdd(x[5], y[5], c5)
        c6 = L.multiplyAdd(x[6], y[6], c6)
        c7 = L.multiplyAdd(x[7], y[7], c7)
        x = x.moved(e.sa)
        y = y.moved(e.sb)
      }
    }
    out.store(o, c0)
    out.store(o + 1, c1)
    out.store(o + 2, c2)
    out.store(o + 3, c3)
    out.store(o + 4, c4)
    out.store(o + 5, c5)
    out.store(o + 6, c6)
    out.store(o + 7, c7)
    g += 8
  }
  return g
}
