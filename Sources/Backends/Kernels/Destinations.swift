import CICLBackend

extension Destination {
  /// Stores the block's values from a row and a column on: those before are done already.
  @inline(__always) func storeRest(
    _ o0: Int, _ o1: Int, _ o2: Int, _ o3: Int, _ n0: Int, _ n1: Int, _ n2: Int, _ n3: Int,
    _ c: Block<L>, fromRow: Int, fromColumn: Int
  ) {
    @inline(__always) func row(_ o: Int, _ c0: L, _ c1: L, _ c2: L, _ c3: L) {
      if fromColumn < 1 { store(o + n0, c0) }
      if fromColumn < 2 { store(o + n1, c1) }
      if fromColumn < 3 { store(o + n2, c2) }
      store(o + n3, c3)
    }
    if fromRow < 1 { row(o0, c.c00, c.c01, c.c02, c.c03) }
    if fromRow < 2 { row(o1, c.c10, c.c11, c.c12, c.c13) }
    if fromRow < 3 { row(o2, c.c20, c.c21, c.c22, c.c23) }
    row(o3, c.c30, c.c31, c.c32, c.c33)
  }
}

/// The result as it is, or added to what is there or to another array of the same layout: a residual
/// connection costs no pass of its own.
struct Assignment<L: Lanes>: Destination {
  let out: UnsafeMutablePointer<L>
  let base: UnsafeMutablePointer<L>
  let adds: Bool

  @inline(__always) init(
    out: UnsafeMutablePointer<L>, adds: Bool = false, base: UnsafeMutablePointer<L>? = nil
  ) {
    self.out = out
    self.adds = adds || base != nil
    self.base = base ?? out
  }

  @inline(__always) func store(_ offset: Int, _ value: L) {
    out[offset] = adds ? base[offset] + value : value
  }

  @inline(__always) var continued: Self { Self(out: out, adds: true) }

  /// A whole block asks once what it is to do.
  @inline(__always) func store4(
    _ o0: Int, _ o1: Int, _ o2: Int, _ o3: Int, _ n0: Int, _ n1: Int, _ n2: Int, _ n3: Int,
    _ c: Block<L>, fromRow: Int, fromColumn: Int
  ) {
    @inline(__always) func row(_ o: Int, _ c0: L, _ c1: L, _ c2: L, _ c3: L, adds: Bool) {
      let (to, from) = (out + o, base + o)
      to[n0] = adds ? from[n0] + c0 : c0
      to[n1] = adds ? from[n1] + c1 : c1
      to[n2] = adds ? from[n2] + c2 : c2
      to[n3] = adds ? from[n3] + c3 : c3
    }
    @inline(__always) func block(adds: Bool) {
      row(o0, c.c00, c.c01, c.c02, c.c03, adds: adds)
      row(o1, c.c10, c.c11, c.c12, c.c13, adds: adds)
      row(o2, c.c20, c.c21, c.c22, c.c23, adds: adds)
      row(o3, c.c30, c.c31, c.c32, c.c33, adds: adds)
    }
    // What is done already gets the same bits again, unless it is added to in place.
    if fromRow | fromColumn != 0, adds, base == out {
      storeRest(o0, o1, o2, o3, n0, n1, n2, n3, c, fromRow: fromRow, fromColumn: fromColumn)
    } else if adds {
      block(adds: true)
    } else {
      block(adds: false)
    }
  }
}

/// The sum over the tile's prompts added to a scalar.
struct LaneSum<L: Lanes>: Destination {
  let out: UnsafeMutablePointer<L.Scalar>
  /// Prompts in this tile; the lanes beyond only fill it.
  let active: Int

  @inline(__always) var continued: Self { self }

  @inline(__always) func store(_ offset: Int, _ value: L) {
    out[offset] += value.sum(first: active)
  }

  @inline(__always) func store4(
    _ o0: Int, _ o1: Int, _ o2: Int, _ o3: Int, _ n0: Int, _ n1: Int, _ n2: Int, _ n3: Int,
    _ c: Block<L>, fromRow: Int, fromColumn: Int
  ) {
    var c = c
    withUnsafePointer(to: &c) {
      add4(
        (o0, o1, o2, o3), (n0, n1, n2, n3), $0, fromRow: fromRow, fromColumn: fromColumn)
    }
  }

  /// A function of its own: its vectors would drive those of the loop before it out of the registers.
  @inline(never) private func add4(
    _ o: (Int, Int, Int, Int), _ n: (Int, Int, Int, Int), _ c: UnsafePointer<Block<L>>,
    fromRow: Int, fromColumn: Int
  ) {
    let ((o0, o1, o2, o3), (n0, n1, n2, n3)) = (o, n)
    let sums = L.sums(c, first: active)
    if n1 == n0 + 1 && n2 == n0 + 2 && n3 == n0 + 3 {
      // Four results stand side by side.
      if fromRow < 1 { sums.add(quarter: 0, from: fromColumn, to: out + (o0 + n0)) }
      if fromRow < 2 { sums.add(quarter: 1, from: fromColumn, to: out + (o1 + n0)) }
      if fromRow < 3 { sums.add(quarter: 2, from: fromColumn, to: out + (o2 + n0)) }
      sums.add(quarter: 3, from: fromColumn, to: out + (o3 + n0))
      return
    }
    @inline(__always) func row(_ o: Int, _ r: Int) {
      if fromColumn < 1 { out[o + n0] += sums[lane: 4 * r] }
      if fromColumn < 2 { out[o + n1] += sums[lane: 4 * r + 1] }
      if fromColumn < 3 { out[o + n2] += sums[lane: 4 * r + 2] }
      out[o + n3] += sums[lane: 4 * r + 3]
    }
    if fromRow < 1 { row(o0, 0) }
    if fromRow < 2 { row(o1, 1) }
    if fromRow < 3 { row(o2, 2) }
    row(o3, 3)
  }
}

extension Block {
  /// Each value where the lane is below a number, else 0.
  @inline(__always) func keeping(first active: Int) -> Self {
    var r = self
    r.c00 = c00.keeping(first: active)
    r.c01 = c01.keeping(first: active)
    r.c02 = c02.keeping(first: active)
    r.c03 = c03.keeping(first: active)
    r.c10 = c10.keeping(first: active)
    r.c11 = c11.keeping(first: active)
    r.c12 = c12.keeping(first: active)
    r.c13 = c13.keeping(first: active)
    r.c20 = c20.keeping(first: active)
    r.c21 = c21.keeping(first: active)
    r.c22 = c22.keeping(first: active)
    r.c23 = c23.keeping(first: active)
    r.c30 = c30.keeping(first: active)
    r.c31 = c31.keeping(first: active)
    r.c32 = c32.keeping(first: active)
    r.c33 = c33.keeping(first: active)
    return r
  }
}

extension Lanes {
  /// The value where the lane is below a number, else 0.
  @inline(__always) func keeping(first active: Int) -> Self {
    if active == Self.laneCount { return self }
    var result = self
    for lane in active..<Self.laneCount { result[lane: lane] = 0 }
    return result
  }
}
