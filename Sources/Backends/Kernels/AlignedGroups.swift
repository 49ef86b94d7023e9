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
    withUnsafeTemporaryAllocation(of: L.self, capacity: 8) { buffer in
      let sums = buffer.baseAddress!
      for part in 0..<L.partCount { eightSums(e, a.moved(i), b.moved(j), part, sums) }
      for next in 0..<8 { out.store(o + next, sums[next]) }
    }
    g += 8
  }
  return g
}

@inline(__always)
private func eightSums<A: Source, B: Source>(
  _ e: EinsumArguments, _ a: A, _ b: B, _ part: Int, _ sums: UnsafeMutablePointer<A.L>
) where A.L == B.L {
  typealias P = A.L.Part
  var (c0, c1, c2, c3) = (P(0), P(0), P(0), P(0))
  var (c4, c5, c6, c7) = (P(0), P(0), P(0), P(0))
  for step in 0..<e.outer {
    var x = a.moved(Int(e.aK[step]))
    var y = b.moved(Int(e.bK[step]))
    for _ in 0..<e.depth {
      c0 = P.multiplyAdd(x.part(part, 0), y.part(part, 0), c0)
      c1 = P.multiplyAdd(x.part(part, 1), y.part(part, 1), c1)
      c2 = P.multiplyAdd(x.part(part, 2), y.part(part, 2), c2)
      c3 = P.multiplyAdd(x.part(part, 3), y.part(part, 3), c3)
      c4 = P.multiplyAdd(x.part(part, 4), y.part(part, 4), c4)
      c5 = P.multiplyAdd(x.part(part, 5), y.part(part, 5), c5)
      c6 = P.multiplyAdd(x.part(part, 6), y.part(part, 6), c6)
      c7 = P.multiplyAdd(x.part(part, 7), y.part(part, 7), c7)
      x = x.moved(e.sa)
      y = y.moved(e.sb)
    }
  }
  @inline(__always) func put(_ place: Int, _ value: P) {
    UnsafeMutableRawPointer(sums + place).assumingMemoryBound(to: P.self)[part] = value
  }
  put(0, c0)
  put(1, c1)
  put(2, c2)
  put(3, c3)
  put(4, c4)
  put(5, c5)
  put(6, c6)
  put(7, c7)
}
