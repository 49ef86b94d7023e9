import CICLBackend

// Kernels that run along one axis. Common arguments after the operands: the axis' extent and its
// stride in each array, then rank, extents and strides of the other axes.

/// Arguments: out, scores, masked flag, mask (repeats scores if not masked), then as above for the
/// three arrays.
@inline(__always)
func softmax<L: Lanes>(_ arguments: inout Arguments, _ flags: UInt32, _ type: L.Type) {
  let out = arguments.target(L.self)
  let scores = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_0 != 0)
  let masked = arguments.integer() != 0
  let mask = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_1 != 0)
  let extent = arguments.integer()
  let so = arguments.integer()
  let sa = arguments.integer()
  let sm = arguments.integer()
  walk(&arguments, arrays: 3) { count, o, s in
    for i in 0..<count {
      let to = o.0 + i * s.0
      let from = o.1 + i * s.1
      let allow = o.2 + i * s.2
      // A mask that is the same for all lanes spares the work on what it does not allow.
      @inline(__always) func isSkipped(_ k: Int) -> Bool {
        masked && !mask.isBatched && mask.scalars[allow + k * sm] == 0
      }
      let lowest = L(-L.Scalar.greatestFiniteMagnitude)
      var largest = lowest
      for k in 0..<extent where !isSkipped(k) {
        let score = scores[from + k * sa]
        largest = L.maximum(
          largest, masked ? L.select(mask[allow + k * sm], score, lowest) : score)
      }
      var sum = L.zero
      for k in 0..<extent {
        if isSkipped(k) {
          out[to + k * so] = L.zero
          continue
        }
        var e = L.exp(scores[from + k * sa] - largest)
        if masked { e = L.select(mask[allow + k * sm], e, L.zero) }
        out[to + k * so] = e
        sum = sum + e
      }
      // A row with nothing allowed has sum 0 and stays all 0.
      let scale = L.one / L.select(L.equal(sum, L.zero), L.one, sum)
      for k in 0..<extent where !isSkipped(k) { out[to + k * so] = out[to + k * so] * scale }
    }
  }
}

/// Arguments: out, a, exclusive, reverse, then as above for two arrays. Variant 1 sums squares.
@inline(__always)
func cumulativeSum<A: Source>(_ arguments: inout Arguments, _ variant: UInt16, _ a: A.Type) {
  if variant == 1 {
    cumulativeSum(&arguments, a) { A.L.multiplyAdd($1, $1, $0) }
  } else {
    cumulativeSum(&arguments, a) { $0 + $1 }
  }
}

@inline(__always)
private func cumulativeSum<A: Source>(
  _ arguments: inout Arguments, _ a: A.Type, adding: (A.L, A.L) -> A.L
) {
  typealias L = A.L
  let out = arguments.target(L.self)
  let a = arguments.source(A.self)
  let exclusive = arguments.integer() != 0
  let reverse = arguments.integer() != 0
  let extent = arguments.integer()
  let so = arguments.integer()
  let sa = arguments.integer()
  let first = reverse ? extent - 1 : 0
  let (po, pa) = reverse ? (-so, -sa) : (so, sa)
  walk(&arguments, arrays: 2) { count, o, s in
    /// Some neighbours at once hide the latency of the additions.
    @inline(__always) func run(_ i: Int, _ neighbours: Int) {
      var to = o.0 + i * s.0 + first * so
      var from = o.1 + i * s.1 + first * sa
      var (c0, c1, c2, c3) = (L.zero, L.zero, L.zero, L.zero)
      @inline(__always) func store() {
        out[to] = c0
        if neighbours > 1 {
          out[to + s.0] = c1
          out[to + 2 * s.0] = c2
          out[to + 3 * s.0] = c3
        }
      }
      for _ in 0..<extent {
        if exclusive { store() }
        c0 = adding(c0, a[from])
        if neighbours > 1 {
          c1 = adding(c1, a[from + s.1])
          c2 = adding(c2, a[from + 2 * s.1])
          c3 = adding(c3, a[from + 3 * s.1])
        }
        if !exclusive { store() }
        to += po
        from += pa
      }
    }
    var i = 0
    while i + 4 <= count {
      run(i, 4)
      i += 4
    }
    while i < count {
      run(i, 1)
      i += 1
    }
  }
}

/// Arguments: out, a, indices, extent of a along the axis, number of indices, stride of indices,
/// axis strides of out and a; the walk is over the other axes of out, a and indices.
@inline(__always)
func gather<L: Lanes>(_ arguments: inout Arguments, _ flags: UInt32, _ type: L.Type) {
  let out = arguments.target(L.self)
  let a = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_0 != 0)
  let indices = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_1 != 0)
  let extent = arguments.integer()
  let length = arguments.integer()
  let si = arguments.integer()
  let so = arguments.integer()
  let sa = arguments.integer()
  walk(&arguments, arrays: 3) { count, o, s in
    for i in 0..<count {
      for k in 0..<length {
        let index = indices[o.2 + i * s.2 + k * si]
        let base = o.1 + i * s.1
        var value: L
        if indices.isBatched {
          value = L.zero
          for lane in 0..<L.laneCount {
            value[lane: lane] = a[base + row(index[lane: lane], extent) * sa][lane: lane]
          }
        } else {
          value = a[base + row(index[lane: 0], extent) * sa]
        }
        out[o.0 + i * s.0 + k * so] = value
      }
    }
  }
}

/// Arguments: out, values, indices, extent of out along the axis, number of indices, stride of
/// indices, axis strides of out and values; out is zero at first.
@inline(__always)
func scatter<L: Lanes>(_ arguments: inout Arguments, _ flags: UInt32, _ type: L.Type) {
  let out = arguments.target(L.self)
  let values = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_0 != 0)
  let indices = AnySource<L>(&arguments, isBatched: flags & ICL_BATCHED_1 != 0)
  let extent = arguments.integer()
  let length = arguments.integer()
  let si = arguments.integer()
  let so = arguments.integer()
  let sv = arguments.integer()
  walk(&arguments, arrays: 3) { count, o, s in
    for i in 0..<count {
      for k in 0..<length {
        let index = indices[o.2 + i * s.2 + k * si]
        let value = values[o.1 + i * s.1 + k * sv]
        let base = o.0 + i * s.0
        if indices.isBatched {
          for lane in 0..<L.laneCount {
            let to = base + row(index[lane: lane], extent) * so
            out[to][lane: lane] = out[to][lane: lane] + value[lane: lane]
          }
        } else {
          let to = base + row(index[lane: 0], extent) * so
          out[to] = out[to] + value
        }
      }
    }
  }
}

/// An index from data: out of range or NaN goes to the nearest row, never out of the array.
@inline(__always)
func row<S: BinaryFloatingPoint>(_ value: S, _ extent: Int) -> Int {
  value > 0 ? (value < S(extent) ? Int(value) : extent - 1) : 0
}
