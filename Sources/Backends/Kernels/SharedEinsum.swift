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
      @inline(__always) func run<V: SIMD>(_ vector: V.Type)
      where V.Scalar == S {
        while n + V.scalarCount <= e.columns {
          if isBlock {
            fourRows(e, m, n, to, left, right, adds: adds, vector)
          } else if n + 4 * V.scalarCount <= e.columns {
            fourColumns(e, m, n, to, left, right, adds: adds, vector)
            n += 3 * V.scalarCount
          } else {
            oneRow(e, m, n, to, left, right, adds: adds, vector)
          }
          n += V.scalarCount
        }
      }
      run(SIMD16<S>.self)
      run(SIMD8<S>.self)
      run(SIMD4<S>.self)
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
    let v = UnsafeRawPointer(y).loadUnaligned(as: V.self)
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

@inline(__always)
private func fourColumns<S: Precision, V: SIMD>(
  _ e: EinsumArguments, _ m: Int, _ n: Int, _ out: UnsafeMutablePointer<S>,
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, adds: Bool, _ vector: V.Type
) where V.Scalar == S {
  var (c0, c1, c2, c3) = (V.zero, V.zero, V.zero, V.zero)
  let w = V.scalarCount
  each(e, n, a + Int(e.aM[m]), b) { x, y in
    let (factor, row) = (x.pointee, UnsafeRawPointer(y))
    c0 = fused(factor, row.loadUnaligned(as: V.self), c0)
    c1 = fused(factor, UnsafeRawPointer(y + w).loadUnaligned(as: V.self), c1)
    c2 = fused(factor, UnsafeRawPointer(y + 2 * w).loadUnaligned(as: V.self), c2)
    c3 = fused(factor, UnsafeRawPointer(y + 3 * w).loadUnaligned(as: V.self), c3)
  }
  let place = out + Int(e.outM[m]) + n
  put(c0, place, adds: adds)
  put(c1, place + w, adds: adds)
  put(c2, place + 2 * w, adds: adds)
  put(c3, place + 3 * w, adds: adds)
}

@inline(__always)
private func oneRow<S: Precision, V: SIMD>(
  _ e: EinsumArguments, _ m: Int, _ n: Int, _ out: UnsafeMutablePointer<S>,
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, adds: Bool, _ vector: V.Type
) where V.Scalar == S {
  var sum = V.zero
  each(e, n, a + Int(e.aM[m]), b) { x, y in
    sum = fused(x.pointee, UnsafeRawPointer(y).loadUnaligned(as: V.self), sum)
  }
  put(sum, out + Int(e.outM[m]) + n, adds: adds)
}
