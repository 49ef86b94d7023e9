import CICLBackend

/// The part of a value of `Lanes` that one register holds.
///
/// A block of sums over whole lanes would take more registers than there are where lanes are wider than
/// one: 32 of AVX2's 16. Such lanes are taken part by part, each with as many sums as fit.
protocol RegisterPart {
  associatedtype Scalar: BinaryFloatingPoint
  init(_ scalar: Scalar)
  /// As that of `Lanes`: the same bits.
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static func squareRoot(_ a: Self) -> Self
}

/// Swift's own root of such a vector is a loop over its lanes.
protocol RegisterVector: SIMD where Scalar: BinaryFloatingPoint {
  static func squareRoot(_ a: Self) -> Self
}

struct Register<V: RegisterVector>: RegisterPart {
  var value: V

  @inline(__always) init(value: V) { self.value = value }
  @inline(__always) init(_ scalar: V.Scalar) { value = V(repeating: scalar) }
  @inline(__always) static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if ICL_FMA
      Self(value: c.value.addingProduct(a.value, b.value))
    #else
      Self(value: a.value * b.value + c.value)
    #endif
  }
  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(value: a.value + b.value) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(value: a.value - b.value) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { Self(value: a.value * b.value) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { Self(value: a.value / b.value) }
  @inline(__always) static func squareRoot(_ a: Self) -> Self {
    Self(value: V.squareRoot(a.value))
  }
}

extension Float: RegisterPart { typealias Part = Float }
extension Double: RegisterPart { typealias Part = Double }

#if ICL_AVX512
  extension FloatLanes: RegisterPart { typealias Part = FloatLanes }
  extension DoubleLanes { typealias Part = Register<SIMD8<Double>> }
  extension SIMD8<Double>: RegisterVector {
    @inline(__always) static func squareRoot(_ a: Self) -> Self { icl_square_root_f64x8(a) }
  }
#elseif ICL_FMA
  extension FloatLanes { typealias Part = Register<SIMD8<Float>> }
  extension DoubleLanes { typealias Part = Register<SIMD4<Double>> }
  extension SIMD8<Float>: RegisterVector {
    @inline(__always) static func squareRoot(_ a: Self) -> Self { icl_square_root_f32x8(a) }
  }
  extension SIMD4<Double>: RegisterVector {
    @inline(__always) static func squareRoot(_ a: Self) -> Self { icl_square_root_f64x4(a) }
  }
#else
  extension FloatLanes { typealias Part = Register<SIMD4<Float>> }
  extension DoubleLanes { typealias Part = Register<SIMD2<Double>> }
  extension SIMD4<Float>: RegisterVector {
    @inline(__always) static func squareRoot(_ a: Self) -> Self { icl_square_root_f32x4(a) }
  }
  extension SIMD2<Double>: RegisterVector {
    @inline(__always) static func squareRoot(_ a: Self) -> Self { icl_square_root_f64x2(a) }
  }
#endif

extension Lanes {
  @inline(__always) static var partCount: Int {
    MemoryLayout<Self>.size / MemoryLayout<Part>.size
  }
}

/// The sixteen sums over k of a's four rows and b's four columns; length and the count of outer k are above 0.
@inline(__always)
func blockOfSums<A: Source, B: Source>(
  _ e: EinsumArguments, from begin: Int, length: Int, _ a0: A, _ a1: A, _ a2: A, _ a3: A,
  _ b0: B, _ b1: B, _ b2: B, _ b3: B
) -> Block<A.L> where A.L == B.L {
  typealias L = A.L
  if L.partCount > 1 {
    return withUnsafeTemporaryAllocation(of: Block<L>.self, capacity: 1) { block in
      let to = UnsafeMutableRawPointer(block.baseAddress!)
      for part in 0..<L.partCount {
        twoRows(e, begin, length, part, a0, a1, b0, b1, b2, b3, to)
        twoRows(
          e, begin, length, part, a2, a3, b0, b1, b2, b3, to + 8 * MemoryLayout<L>.stride)
      }
      return block[0]
    }
  }
  var c = Block<L>()
  // Loops that run at least once: a way around them would be 15 register moves in each pass.
  var step = 0
  repeat {
    var i = Int(e.aK[step]) + begin * e.sa
    var j = Int(e.bK[step]) + begin * e.sb
    var left = length
    repeat {
      let y0 = b0[j]
      let y1 = b1[j]
      let y2 = b2[j]
      let y3 = b3[j]
      let x0 = a0[i]
      c.c00 = L.multiplyAdd(x0, y0, c.c00)
      c.c01 = L.multiplyAdd(x0, y1, c.c01)
      c.c02 = L.multiplyAdd(x0, y2, c.c02)
      c.c03 = L.multiplyAdd(x0, y3, c.c03)
      let x1 = a1[i]
      c.c10 = L.multiplyAdd(x1, y0, c.c10)
      c.c11 = L.multiplyAdd(x1, y1, c.c11)
      c.c12 = L.multiplyAdd(x1, y2, c.c12)
      c.c13 = L.multiplyAdd(x1, y3, c.c13)
      let x2 = a2[i]
      c.c20 = L.multiplyAdd(x2, y0, c.c20)
      c.c21 = L.multiplyAdd(x2, y1, c.c21)
      c.c22 = L.multiplyAdd(x2, y2, c.c22)
      c.c23 = L.multiplyAdd(x2, y3, c.c23)
      let x3 = a3[i]
      c.c30 = L.multiplyAdd(x3, y0, c.c30)
      c.c31 = L.multiplyAdd(x3, y1, c.c31)
      c.c32 = L.multiplyAdd(x3, y2, c.c32)
      c.c33 = L.multiplyAdd(x3, y3, c.c33)
      i += e.sa
      j += e.sb
      left -= 1
    } while left > 0
    step += 1
  } while step < e.outer
  return c
}

/// One part of two rows of a block: eight sums, which hide the latency of the additions.
@inline(__always)
private func twoRows<A: Source, B: Source>(
  _ e: EinsumArguments, _ begin: Int, _ length: Int, _ part: Int, _ a0: A, _ a1: A,
  _ b0: B, _ b1: B, _ b2: B, _ b3: B, _ rows: UnsafeMutableRawPointer
) where A.L == B.L {
  typealias L = A.L
  typealias P = L.Part
  var (c00, c01, c02, c03) = (P(0), P(0), P(0), P(0))
  var (c10, c11, c12, c13) = (P(0), P(0), P(0), P(0))
  let (x0, x1) = (a0.address(of: part), a1.address(of: part))
  let (y0, y1) = (b0.address(of: part), b1.address(of: part))
  let (y2, y3) = (b2.address(of: part), b3.address(of: part))
  let (sa, sb) = (e.sa * A.byteStride, e.sb * B.byteStride)
  for step in 0..<e.outer {
    var i = Int(e.aK[step]) * A.byteStride + begin * sa
    var j = Int(e.bK[step]) * B.byteStride + begin * sb
    for _ in 0..<length {
      let (v0, v1) = (B.load(y0 + j), B.load(y1 + j))
      let (v2, v3) = (B.load(y2 + j), B.load(y3 + j))
      let u0 = A.load(x0 + i)
      c00 = P.multiplyAdd(u0, v0, c00)
      c01 = P.multiplyAdd(u0, v1, c01)
      c02 = P.multiplyAdd(u0, v2, c02)
      c03 = P.multiplyAdd(u0, v3, c03)
      let u1 = A.load(x1 + i)
      c10 = P.multiplyAdd(u1, v0, c10)
      c11 = P.multiplyAdd(u1, v1, c11)
      c12 = P.multiplyAdd(u1, v2, c12)
      c13 = P.multiplyAdd(u1, v3, c13)
      i = icl_opaque(i + sa)
      j = icl_opaque(j + sb)
    }
  }
  @inline(__always) func put(_ place: Int, _ value: P) {
    (rows + place * MemoryLayout<L>.stride).assumingMemoryBound(to: P.self)[part] = value
  }
  put(0, c00)
  put(1, c01)
  put(2, c02)
  put(3, c03)
  put(4, c10)
  put(5, c11)
  put(6, c12)
  put(7, c13)
}
