import CICLBackend

/// h[t] = a[t] h[t-1] + b[t], or with ICL_ADDS_PRODUCT a[t] h[t-1] + b[t] c[t].
///
/// Arguments: out, a, b, initial (repeats b where there is none), perhaps c, has initial, reverse, the
/// axis' extent, its strides in out, a, b and perhaps c; the walk is over the other axes of out, a, b,
/// initial and perhaps c.
@inline(__always)
func recurrence<L: Lanes>(
  _ arguments: inout Arguments, _ variant: UInt16, _ flags: UInt32, _ type: L.Type
) {
  if UInt32(variant) & ICL_ADDS_PRODUCT != 0 {
    recurrence(&arguments, flags, addsProduct: true, type)
  } else {
    recurrence(&arguments, flags, addsProduct: false, type)
  }
}

@inline(__always)
private func recurrence<L: Lanes>(
  _ arguments: inout Arguments, _ flags: UInt32, addsProduct: Bool, _ type: L.Type
) {
  let out = arguments.target(L.self)
  let a = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_0 != 0)
  let b = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_1 != 0)
  let initial = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_2 != 0)
  // Factors of a product are both batched, or none is.
  let c = addsProduct ? AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_1 != 0) : b
  let hasInitial = arguments.integer() != 0
  let reverse = arguments.integer() != 0
  let extent = arguments.integer()
  let so = arguments.integer()
  let sa = arguments.integer()
  let sb = arguments.integer()
  let sc = addsProduct ? arguments.integer() : sb
  let first = reverse ? extent - 1 : 0
  let (po, pa, pb, pc) = reverse ? (-so, -sa, -sb, -sc) : (so, sa, sb, sc)
  walk(&arguments, arrays: addsProduct ? 5 : 4) { count, o, s in
    var i = 0
    if a.isBatched && b.isBatched && initial.isBatched {
      // Four neighbours at once hide the latency of the multiply-adds.
      while i + 4 <= count {
        var to = out + (o.0 + i * s.0 + first * so)
        var gate = a.lanes + (o.1 + i * s.1 + first * sa)
        var added = b.lanes + (o.2 + i * s.2 + first * sb)
        var factor = addsProduct ? c.lanes + (o.4 + i * s.4 + first * sc) : added
        let start = initial.lanes + (o.3 + i * s.3)
        @inline(__always) func term(_ place: Int) -> L {
          let value = added[place * s.2]
          return addsProduct ? value * factor[place * s.4] : value
        }
        var h0 = hasInitial ? start[0] : L.zero
        var h1 = hasInitial ? start[s.3] : L.zero
        var h2 = hasInitial ? start[2 * s.3] : L.zero
        var h3 = hasInitial ? start[3 * s.3] : L.zero
        for _ in 0..<extent {
          h0 = L.multiplyAdd(gate[0], h0, term(0))
          h1 = L.multiplyAdd(gate[s.1], h1, term(1))
          h2 = L.multiplyAdd(gate[2 * s.1], h2, term(2))
          h3 = L.multiplyAdd(gate[3 * s.1], h3, term(3))
          to[0] = h0
          to[s.0] = h1
          to[2 * s.0] = h2
          to[3 * s.0] = h3
          to += po
          gate += pa
          added += pb
          if addsProduct { factor += pc }
        }
        i += 4
      }
    }
    while i < count {
      var state = hasInitial ? initial[o.3 + i * s.3] : L.zero
      for step in 0..<extent {
        let t = reverse ? extent - 1 - step : step
        var term = b[o.2 + i * s.2 + t * sb]
        if addsProduct { term = term * c[o.4 + i * s.4 + t * sc] }
        state = L.multiplyAdd(a[o.1 + i * s.1 + t * sa], state, term)
        out[o.0 + i * s.0 + t * so] = state
      }
      i += 1
    }
  }
}
