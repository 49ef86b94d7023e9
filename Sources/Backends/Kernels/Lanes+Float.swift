import CICLBackend

/// Sixteen prompts in Float: one AVX-512 register.
struct FloatLanes: Lanes {
  typealias Scalar = Float
  var value: SIMD16<Float>

  @inline(__always) init(_ scalar: Float) { value = SIMD16(repeating: scalar) }
  @inline(__always) init(value: SIMD16<Float>) { self.value = value }

  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(value: a.value + b.value) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(value: a.value - b.value) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { Self(value: a.value * b.value) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { Self(value: a.value / b.value) }
  @inline(__always) static prefix func - (a: Self) -> Self { Self(value: -a.value) }
  @inline(__always) static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if ICL_FMA
      Self(value: icl_fused_f32(a.value, b.value, c.value))
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
    Self(value: SIMD16<Float>.zero.replacing(with: 1, where: a.value .< b.value))
  }
  @inline(__always) static func equal(_ a: Self, _ b: Self) -> Self {
    Self(value: SIMD16<Float>.zero.replacing(with: 1, where: a.value .== b.value))
  }
  @inline(__always) static func select(_ c: Self, _ x: Self, _ y: Self) -> Self {
    Self(value: y.value.replacing(with: x.value, where: c.value .!= SIMD16<Float>.zero))
  }
  @inline(__always) static func squareRoot(_ a: Self) -> Self {
    Self(value: icl_square_root_f32(a.value))
  }
  @inline(__always) static func floor(_ a: Self) -> Self {
    Self(value: floorLanes(a.value))
  }
  @inline(__always) static func exp(_ a: Self) -> Self { Self(value: expLanes(a.value)) }
  @inline(__always) static func log(_ a: Self) -> Self { Self(value: logLanes(a.value)) }
  @inline(__always) static func sin(_ a: Self) -> Self { Self(value: sinCosLanes(a.value).sin) }
  @inline(__always) static func cos(_ a: Self) -> Self { Self(value: sinCosLanes(a.value).cos) }
  @inline(__always) static func tanh(_ a: Self) -> Self { Self(value: tanhLanes(a.value)) }
  @inline(__always) static func erf(_ a: Self) -> Self { Self(value: erfLanes(a.value)) }
  @inline(__always) static func power(_ a: Self, _ b: Self) -> Self {
    Self(value: powerLanes(a.value, b.value))
  }

  @inline(__always) func sum(first active: Int) -> Float {
    let v = keeping(first: active).value
    let eight = v.lowHalf + v.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  @inline(__always) static func sums(
    _ block: UnsafePointer<Block<Self>>, first active: Int
  ) -> Self {
    if active == laneCount {
      return Self(
        value: icl_sums_f32(
          UnsafeRawPointer(block).assumingMemoryBound(to: Float.self)))
    }
    var kept = block.pointee.keeping(first: active)
    return withUnsafePointer(to: &kept) { sums($0, first: laneCount) }
  }

  @inline(__always) func add(
    quarter: Int, from first: Int, to target: UnsafeMutablePointer<Float>
  ) {
    icl_add_four_f32(
      target, value, Int32(truncatingIfNeeded: quarter), Int32(truncatingIfNeeded: first))
  }

  @inline(__always) static func turnEight(
    _ from: UnsafePointer<Self>, _ columns: UnsafePointer<Int32>, to: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    icl_turn_f32(UnsafeRawPointer(from).assumingMemoryBound(to: Float.self), columns, to, stride)
  }

  @inline(__always) subscript(lane index: Int) -> Float {
    get { value[index] }
    set { value[index] = newValue }
  }
  @inline(__always) static var laneCount: Int { 16 }
}
