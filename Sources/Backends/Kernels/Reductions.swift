import CICLBackend

/// Arguments: out, a; kept rank, extents, strides of out and a; number of summed elements. data:
/// the offsets of the summed elements (Int32).
@inline(__always)
func reduce<A: Source>(
  _ arguments: inout Arguments, _ variant: UInt16, _ data: UnsafeRawPointer, _ a: A.Type
) {
  typealias L = A.L
  let out = arguments.target(L.self)
  let a = arguments.source(A.self)
  let depth = arguments.integer()
  let offsets = data.assumingMemoryBound(to: Int32.self)
  walk(&arguments, arrays: 2) { count, o, s in
    for i in 0..<count {
      let at = o.1 + i * s.1
      var result: L
      switch variant {
      case 3:
        result = a[at + Int(offsets[0])]
        for k in 1..<max(depth, 1) { result = L.maximum(result, a[at + Int(offsets[k])]) }
      default:
        // Four chains hide the latency of the additions.
        var (r0, r1, r2, r3) = (L.zero, L.zero, L.zero, L.zero)
        var k = 0
        while k + 4 <= depth {
          r0 = r0 + a[at + Int(offsets[k])]
          r1 = r1 + a[at + Int(offsets[k + 1])]
          r2 = r2 + a[at + Int(offsets[k + 2])]
          r3 = r3 + a[at + Int(offsets[k + 3])]
          k += 4
        }
        while k < depth {
          r0 = r0 + a[at + Int(offsets[k])]
          k += 1
        }
        result = (r0 + r1) + (r2 + r3)
        if variant == 2 { result = result / L(L.Scalar(depth)) }
      }
      out[o.0 + i * s.0] = result
    }
  }
}

/// Arguments and data as `reduce`; out has the shape of a, so the offsets serve both, and out is
/// laid out as a is.
@inline(__always)
func firstMaximum<A: Source>(
  _ arguments: inout Arguments, _ data: UnsafeRawPointer, _ a: A.Type
) {
  typealias L = A.L
  let out = arguments.target(L.self)
  let a = arguments.source(A.self)
  let depth = arguments.integer()
  let offsets = data.assumingMemoryBound(to: Int32.self)
  let outOffsets = offsets + depth
  walk(&arguments, arrays: 2) { count, o, s in
    for i in 0..<count {
      let at = o.1 + i * s.1
      let to = o.0 + i * s.0
      var largest = a[at + Int(offsets[0])]
      for k in 1..<max(depth, 1) { largest = L.maximum(largest, a[at + Int(offsets[k])]) }
      var isFree = L.one
      for k in 0..<depth {
        let hit = L.equal(a[at + Int(offsets[k])], largest) * isFree
        out[to + Int(outOffsets[k])] = hit
        isFree = isFree - hit
      }
    }
  }
}
