import CICLBackend

/// A contraction of values that are the same for all prompts, whose columns follow each other in the
/// result and in b: vectors run along the columns.
///
/// Arguments as `einsum`.
@inline(__always)
func sharedEinsum<S: Precision>(
  _ arguments: inout Arguments, _ data: UnsafeRawPointer, adds: Bool, _ type: S.Type
) {
  let out = arguments.target(S.self)
  let a = UnsafePointer(arguments.target(S.self))
  let b = UnsafePointer(arguments.target(S.self))
  let e = EinsumArguments(&arguments, data)
  for g in 0..<e.groups {
    let (to, left, right) = (out + Int(e.outG[g]), a + Int(e.aG[g]), b + Int(e.bG[g]))
    var m = 0
    while m < e.rows {
      let isBlock = m + 4 <= e.rows
      var n = 0
      // The eight vectors of fourColumns are to be registers.
      #if ICL_AVX512
        columns(e, m, &n, isBlock, to, left, right, adds, SIMD16<S>.self)
      #else
        if isBlock { columns(e, m, &n, isBlock, to, left, right, adds, SIMD16<S>.self) }
      #endif
      columns(e, m, &n, isBlock, to, left, right, adds, SIMD8<S>.self)
      columns(e, m, &n, isBlock, to, left, right, adds, SIMD4<S>.self)
      while n < e.columns {
        for row in m..<(isBlock ? m + 4 : m + 1) {
          var sum: S = 0
          each(e, n, left + Int(e.aM[row]), right) { x, y in
            sum = S.multiplyAdd(x.pointee, y.pointee, sum)
          }
          let place = to + Int(e.outM[row]) + n
          place.pointee = adds ? place.pointee + sum : sum
        }
        n += 1
      }
      m += isBlock ? 4 : 1
    }
  }
}

/// The columns from n on that fill whole vectors. No closure over n, which would live on the heap.
@inline(__always)
private func columns<S: Precision, V: SIMD>(
  _ e: EinsumArguments, _ m: Int, _ n: inout Int, _ isBlock: Bool,
  _ out: UnsafeMutablePointer<S>, _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, _ adds: Bool,
  _ vector: V.Type
) where V.Scalar == S {
  while n + V.scalarCount <= e.columns {
    if isBlock {
      fourRows(e, m, n, out, a, b, adds: adds, vector)
    } else if n + 4 * V.scalarCount <= e.columns {
      fourColumns(e, m, n, out, a, b, adds: adds, vector)
      n += 3 * V.scalarCount
    } else {
      oneRow(e, m, n, out, a, b, adds: adds, vector)
    }
    n += V.scalarCount
  }
}

/// Calls body for each summed element, with a's place and the place of b's column n.
@inline(__always)
private func each<S: Precision>(
  _ e: EinsumArguments, _ n: Int, _ a: UnsafePointer<S>, _ b: UnsafePointer<S>,
  _ body: (UnsafePointer<S>, UnsafePointer<S>) -> Void
) {
  for step in 0..<e.outer {
    var x = a + Int(e.aK[step])
    var y = b + n + Int(e.bK[step])
    for _ in 0..<e.depth {
      body(x, y)
      x += e.sa
      y += e.sb
    }
  }
}

@inline(__always)
private func fused<V: SIMD>(_ x: V.Scalar, _ y: V, _ sum: V) -> V where V.Scalar: FloatingPoint {
  #if ICL_FMA
    sum.addingProduct(V(repeating: x), y)
  #else
    sum + V(repeating: x) * y
  #endif
}

@inline(__always)
private func put<V: SIMD>(_ value: V, _ place: UnsafeMutablePointer<V.Scalar>, adds: Bool)
where V.Scalar: FloatingPoint {
  let raw = UnsafeMutableRawPointer(place)
  raw.storeBytes(of: adds ? raw.loadUnaligned(as: V.self) + value : value, as: V.self)
}

@inline(__always)
private func fourRows<S: Precision, V: SIMD>(
  _ e: EinsumArguments, _ m: Int, _ n: Int, _ out: UnsafeMutablePointer<S>,
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, adds: Bool, _ vector: V.Type
) where V.Scalar == S {
  var (c0, c1, c2, c3) = (V.zero, V.zero, V.zero, V.zero)
  let first = Int(e.aM[m])
  let (d1, d2, d3) = (Int(e.aM[m + 1]) - first, Int(e.aM[m + 2]) - first, Int(e.aM[m + 3]) - first)
  each(e, n, a + first, b) { x, y in
    let v: V = load(y)
    c0 = fused(x[0], v, c0)
    c1 = fused(x[d1], v, c1)
    c2 = fused(x[d2], v, c2)
    c3 = fused(x[d3], v, c3)
  }
  put(c0, out + Int(e.outM[m]) + n, adds: adds)
  put(c1, out + Int(e.outM[m + 1]) + n, adds: adds)
  put(c2, out + Int(e.outM[m + 2]) + n, adds: adds)
  put(c3, out + Int(e.outM[m + 3]) + n, adds: adds)
}

/// Four vectors of columns; every second summand has sums of its own, which hides the latency of the
/// additions.
@inline(__always)
private func fourColumns<S: Precision, V: SIMD>(
  _ e: EinsumArguments, _ m: Int, _ n: Int, _ out: UnsafeMutablePointer<S>,
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, adds: Bool, _ vector: V.Type
) where V.Scalar == S {
  var (c0, c1, c2, c3) = (V.zero, V.zero, V.zero, V.zero)
  var (d0, d1, d2, d3) = (V.zero, V.zero, V.zero, V.zero)
  let w = V.scalarCount
  for step in 0..<e.outer {
    var x = a + Int(e.aM[m]) + Int(e.aK[step])
    var y = b + n + Int(e.bK[step])
    var k = 0
    while k + 2 <= e.depth {
      let (first, second, z) = (x.pointee, x[e.sa], y + e.sb)
      c0 = fused(first, load(y), c0)
      c1 = fused(first, load(y + w), c1)
      c2 = fused(first, load(y + 2 * w), c2)
      c3 = fused(first, load(y + 3 * w), c3)
      d0 = fused(second, load(z), d0)
      d1 = fused(second, load(z + w), d1)
      d2 = fused(second, load(z + 2 * w), d2)
      d3 = fused(second, load(z + 3 * w), d3)
      x += 2 * e.sa
      y = z + e.sb
      k += 2
    }
    if k < e.depth {
      c0 = fused(x.pointee, load(y), c0)
      c1 = fused(x.pointee, load(y + w), c1)
      c2 = fused(x.pointee, load(y + 2 * w), c2)
      c3 = fused(x.pointee, load(y + 3 * w), c3)
    }
  }
  let place = out + Int(e.outM[m]) + n
  put(c0 + d0, place, adds: adds)
  put(c1 + d1, place + w, adds: adds)
  put(c2 + d2, place + 2 * w, adds: adds)
  put(c3 + d3, place + 3 * w, adds: adds)
}

@inline(__always)
private func oneRow<S: Precision, V: SIMD>(
  _ e: EinsumArguments, _ m: Int, _ n: Int, _ out: UnsafeMutablePointer<S>,
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, adds: Bool, _ vector: V.Type
) where V.Scalar == S {
  var (c0, c1, c2, c3) = (V.zero, V.zero, V.zero, V.zero)
  for step in 0..<e.outer {
    var x = a + Int(e.aM[m]) + Int(e.aK[step])
    var y = b + n + Int(e.bK[step])
    var k = 0
    while k + 4 <= e.depth {
      c0 = fused(x.pointee, load(y), c0)
      c1 = fused(x[e.sa], load(y + e.sb), c1)
      c2 = fused(x[2 * e.sa], load(y + 2 * e.sb), c2)
      c3 = fused(x[3 * e.sa], load(y + 3 * e.sb), c3)
      x += 4 * e.sa
      y += 4 * e.sb
      k += 4
    }
    while k < e.depth {
      c0 = fused(x.pointee, load(y), c0)
      x += e.sa
      y += e.sb
      k += 1
    }
  }
  put((c0 + c1) + (c2 + c3), out + Int(e.outM[m]) + n, adds: adds)
}

@inline(__always)
private func load<V: SIMD>(_ place: UnsafePointer<V.Scalar>) -> V {
  UnsafeRawPointer(place).loadUnaligned(as: V.self)
}
