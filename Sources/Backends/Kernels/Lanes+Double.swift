import CICLBackend
import Glibc

/// Sixteen prompts in Double. Functions but exp are libm's, lane by lane: Double is for checks against
/// theory, where the last digits matter more than speed.
struct DoubleLanes: Lanes {
  typealias Scalar = Double
  var value: SIMD16<Double>

  @inline(__always) init(_ scalar: Double) { value = SIMD16(repeating: scalar) }
  @inline(__always) init(value: SIMD16<Double>) { self.value = value }

  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(value: a.value + b.value) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(value: a.value - b.value) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { Self(value: a.value * b.value) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { Self(value: a.value / b.value) }
  @inline(__always) static prefix func - (a: Self) -> Self { Self(value: -a.value) }
  @inline(__always) static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if ICL_FMA
      Self(value: icl_fused_f64(a.value, b.value, c.value))
    #else
      Self(value: a.value * b.value + c.value)
    #endif
  }
  @inline(__always) static func maximum(_ a: Self, _ b: Self) -> Self {
    Self(
      value: b.value.replacing(with: a.value, where: (a.value .> b.value) .| (a.value .!= a.value)))
  }
  @inline(__always) static func minimum(_ a: Self, _ b: Self) -> Self {
    Self(
      value: b.value.replacing(with: a.value, where: (a.value .< b.value) .| (a.value .!= a.value)))
  }
  @inline(__always) static func less(_ a: Self, _ b: Self) -> Self {
    Self(value: SIMD16<Double>.zero.replacing(with: 1, where: a.value .< b.value))
  }
  @inline(__always) static func equal(_ a: Self, _ b: Self) -> Self {
    Self(value: SIMD16<Double>.zero.replacing(with: 1, where: a.value .== b.value))
  }
  @inline(__always) static func select(_ c: Self, _ x: Self, _ y: Self) -> Self {
    Self(value: y.value.replacing(with: x.value, where: c.value .!= SIMD16<Double>.zero))
  }
  @inline(__always) static func squareRoot(_ a: Self) -> Self {
    Self(value: icl_square_root_f64(a.value))
  }
  @inline(__always) static func floor(_ a: Self) -> Self { each(a, Glibc.floor) }
  @inline(__always) static func exp(_ a: Self) -> Self { Self(value: expLanes(a.value)) }
  static func log(_ a: Self) -> Self { each(a, Glibc.log) }
  static func sin(_ a: Self) -> Self { each(a, Glibc.sin) }
  static func cos(_ a: Self) -> Self { each(a, Glibc.cos) }
  static func tanh(_ a: Self) -> Self { each(a, Glibc.tanh) }
  static func erf(_ a: Self) -> Self { each(a, Glibc.erf) }
  static func power(_ a: Self, _ b: Self) -> Self {
    var result = a
    for lane in 0..<16 { result.value[lane] = Glibc.pow(a.value[lane], b.value[lane]) }
    return result
  }

  @inline(__always) private static func each(_ a: Self, _ function: (Double) -> Double) -> Self {
    var result = a
    for lane in 0..<16 { result.value[lane] = function(a.value[lane]) }
    return result
  }

  @inline(__always) func sum(first active: Int) -> Double {
    let v = keeping(first: active).value
    let eight = v.lowHalf + v.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// Neighbours are added, and the results of two vectors join into one, four times over.
  @inline(__always) static func sums(
    _ block: UnsafePointer<Block<Self>>, first active: Int
  ) -> Self {
    sums(active == laneCount ? block.pointee : block.pointee.keeping(first: active))
  }

  @inline(__always) private static func sums(_ b: Block<Self>) -> Self {
    @inline(__always) func v(_ x: Self) -> SIMD16<Double> { x.value }
    @inline(__always) func join(_ x: SIMD16<Double>, _ y: SIMD16<Double>) -> SIMD16<Double> {
      SIMD16(lowHalf: x.evenHalf, highHalf: y.evenHalf)
        + SIMD16(lowHalf: x.oddHalf, highHalf: y.oddHalf)
    }
    let r0 = join(join(v(b.c00), v(b.c01)), join(v(b.c02), v(b.c03)))
    let r1 = join(join(v(b.c10), v(b.c11)), join(v(b.c12), v(b.c13)))
    let r2 = join(join(v(b.c20), v(b.c21)), join(v(b.c22), v(b.c23)))
    let r3 = join(join(v(b.c30), v(b.c31)), join(v(b.c32), v(b.c33)))
    return Self(value: join(join(r0, r1), join(r2, r3)))
  }

  @inline(__always) func add(
    quarter: Int, from first: Int, to target: UnsafeMutablePointer<Double>
  ) {
    let half = quarter < 2 ? value.lowHalf : value.highHalf
    let all = quarter % 2 == 0 ? half.lowHalf : half.highHalf
    let isKept = SIMD4<Int64>(0, 1, 2, 3) .>= Int64(truncatingIfNeeded: first)
    let four = SIMD4<Double>.zero.replacing(with: all, where: isKept)
    let place = UnsafeMutableRawPointer(target)
    place.storeBytes(
      of: place.loadUnaligned(as: SIMD4<Double>.self) + four, as: SIMD4<Double>.self)
  }

  @inline(__always) subscript(lane index: Int) -> Double {
    get { value[index] }
    set { value[index] = newValue }
  }
  @inline(__always) static var laneCount: Int { 16 }
}
