import CICLBackend

/// Arguments: out, a, then rank, extents, strides of out and a.
@inline(__always)
func unary<A: Source>(_ arguments: inout Arguments, _ variant: UInt16, _ a: A.Type) {
  typealias L = A.L
  let out = arguments.target(L.self)
  let a = arguments.source(A.self)
  @inline(__always) func map(_ function: (L) -> L) {
    walk(&arguments, arrays: 2) { count, o, s in
      if s.0 == 1 && s.1 == 1 {
        let (to, from) = (out + o.0, a.moved(o.1))
        for i in 0..<count { to[i] = function(from[i]) }
      } else {
        for i in 0..<count { out[o.0 + i * s.0] = function(a[o.1 + i * s.1]) }
      }
    }
  }
  switch variant {
  case 1: map { L.zero - $0 }
  case 2: map { L.exp($0) }
  case 3: map { L.log($0) }
  case 4: map { L.squareRoot($0) }
  case 5: map { L.one / L.squareRoot($0) }
  case 6: map { L.one / $0 }
  case 7: map { $0 * $0 }
  case 8: map { L.maximum($0, L.zero - $0) }
  case 9: map { L.less(L.zero, $0) - L.less($0, L.zero) }
  case 10: map { L.sin($0) }
  case 11: map { L.cos($0) }
  case 12: map { L.tanh($0) }
  case 13: map { sigmoid($0) }
  case 14: map { softplus($0) }
  case 15: map { L.maximum($0, L.zero) }
  case 16:
    map { x in
      L(0.5) * x * (L.one + L.erf(x * L(L.Scalar(0.707_106_781_186_547_524_4))))
    }
  case 17: map { $0 * sigmoid($0) }
  case 18: map { L.erf($0) }
  case 19: map { L.floor($0) }
  default: map { $0 }
  }
}

/// 1 / (1 + e^-x), from e^-|x| so that nothing overflows.
@inline(__always) func sigmoid<L: Lanes>(_ x: L) -> L {
  let e = L.exp(L.minimum(x, L.zero - x))
  let small = L.one / (L.one + e)
  return L.select(L.less(x, L.zero), e * small, small)
}

/// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).
@inline(__always) func softplus<L: Lanes>(_ x: L) -> L {
  let e = L.exp(L.minimum(x, L.zero - x))
  // log(1 + e) for small e: the correction term keeps the digits that 1 + e loses.
  let u = L.one + e
  let d = u - L.one
  let log = L.select(L.equal(d, L.zero), e, L.log(u) * e / L.select(L.equal(d, L.zero), L.one, d))
  return L.maximum(x, L.zero) + log
}

/// Arguments: out, a, b, then rank, extents, strides of out, a and b. The variant's high byte is a
/// function of the result.
@inline(__always)
func binary<A: Source, B: Source>(
  _ arguments: inout Arguments, _ variant: UInt16, _ a: A.Type, _ b: B.Type
) where A.L == B.L {
  typealias L = A.L
  let out = arguments.target(L.self)
  let a = arguments.source(A.self)
  let b = arguments.source(B.self)
  @inline(__always) func map(_ function: (L, L) -> L) {
    walk(&arguments, arrays: 3) { count, o, s in
      if s.0 == 1 && s.1 == 1 && s.2 == 1 {
        let (to, left, right) = (out + o.0, a.moved(o.1), b.moved(o.2))
        for i in 0..<count { to[i] = function(left[i], right[i]) }
      } else {
        for i in 0..<count { out[o.0 + i * s.0] = function(a[o.1 + i * s.1], b[o.2 + i * s.2]) }
      }
    }
  }
  switch variant {
  case 1: map { $0 + $1 }
  case 2: map { $0 - $1 }
  case 3: map { $0 * $1 }
  case 4: map { $0 / $1 }
  case 5: map { L.maximum($0, $1) }
  case 6: map { L.minimum($0, $1) }
  case 7: map { L.power($0, $1) }
  case 8: map { L.less($0, $1) }
  case 9: map { L.equal($0, $1) }
  case 2 | 2 << 8: map { L.exp($0 - $1) }
  case 3 | 2 << 8: map { L.exp($0 * $1) }
  case 2 | 7 << 8:
    map {
      let difference = $0 - $1
      return difference * difference
    }
  default: map { softplus($0 + $1) }
  }
}

/// Arguments: out, a, b, c, then rank, extents, strides of all four.
@inline(__always)
func multiplyAdd<A: Source, B: Source, C: Source>(
  _ arguments: inout Arguments, _ variant: UInt16, _ a: A.Type, _ b: B.Type, _ c: C.Type
) where A.L == B.L, A.L == C.L {
  typealias L = A.L
  let out = arguments.target(L.self)
  let a = arguments.source(A.self)
  let b = arguments.source(B.self)
  let c = arguments.source(C.self)
  @inline(__always) func map(_ function: (L, L, L) -> L) {
    walk(&arguments, arrays: 4) { count, o, s in
      if s.0 == 1 && s.1 == 1 && s.2 == 1 && s.3 == 1 {
        let (to, x, y, z) = (out + o.0, a.moved(o.1), b.moved(o.2), c.moved(o.3))
        for i in 0..<count { to[i] = function(x[i], y[i], z[i]) }
      } else {
        for i in 0..<count {
          out[o.0 + i * s.0] = function(a[o.1 + i * s.1], b[o.2 + i * s.2], c[o.3 + i * s.3])
        }
      }
    }
  }
  switch UInt32(variant) {
  case ICL_PLUS_PRODUCT: map { L.multiplyAdd($0, $1, $2) }
  case ICL_MINUS_PRODUCT: map { L.multiplyAdd(-$0, $1, $2) }
  case ICL_PRODUCT_MINUS: map { L.multiplyAdd($0, $1, -$2) }
  default: map { $0 * $1 * $2 }
  }
}

/// Arguments: out, condition, x, y, then rank, extents, strides of all four.
@inline(__always)
func select<L: Lanes>(_ arguments: inout Arguments, _ flags: UInt32, _ type: L.Type) {
  let out = arguments.target(L.self)
  let c = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_0 != 0)
  let x = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_1 != 0)
  let y = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_2 != 0)
  walk(&arguments, arrays: 4) { count, o, s in
    for i in 0..<count {
      out[o.0 + i * s.0] = L.select(c[o.1 + i * s.1], x[o.2 + i * s.2], y[o.3 + i * s.3])
    }
  }
}

/// An operand whose kind is known only at run time; for kernels where the test costs little.
struct AnySource<L: Lanes> {
  let lanes: UnsafePointer<L>
  let scalars: UnsafePointer<L.Scalar>
  let isBatched: Bool

  @inline(__always) init(_ arguments: inout Arguments, isBatched: Bool) {
    let (base, offset) = arguments.operand()
    lanes = UnsafePointer(base.assumingMemoryBound(to: L.self) + offset)
    scalars = UnsafePointer(base.assumingMemoryBound(to: L.Scalar.self) + offset)
    self.isBatched = isBatched
  }

  @inline(__always) subscript(_ index: Int) -> L {
    isBatched ? lanes[index] : L(scalars[index])
  }
}

/// Arguments: out, a, then rank, extents, strides of out and a.
@inline(__always)
func copy<A: Source, D: Destination>(_ arguments: inout Arguments, _ out: D, _ a: A.Type)
where D.L == A.L {
  let a = arguments.source(A.self)
  walk(&arguments, arrays: 2) { count, o, s in
    for i in 0..<count { out.store(o.0 + i * s.0, a[o.1 + i * s.1]) }
  }
}

/// Arguments: out, count, bits of the Double value.
@inline(__always)
func fill<L: Lanes>(_ arguments: inout Arguments, _ type: L.Type) {
  let out = arguments.target(L.self)
  let count = arguments.integer()
  let value = L(L.Scalar(Double(bitPattern: UInt64(bitPattern: Int64(arguments.integer())))))
  for i in 0..<count { out[i] = value }
}
