import Glibc

extension Double: Lanes {
  typealias Scalar = Double
  @inline(__always) static func multiplyAdd(_ a: Double, _ b: Double, _ c: Double) -> Double {
    #if ICL_FMA
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }
  @inline(__always) static func less(_ a: Double, _ b: Double) -> Double { a < b ? 1 : 0 }
  @inline(__always) static func equal(_ a: Double, _ b: Double) -> Double { a == b ? 1 : 0 }
  @inline(__always) static func select(_ c: Double, _ x: Double, _ y: Double) -> Double {
    c != 0 ? x : y
  }
  @inline(__always) static func maximum(_ a: Double, _ b: Double) -> Double {
    a > b || a != a ? a : b
  }
  @inline(__always) static func minimum(_ a: Double, _ b: Double) -> Double {
    a < b || a != a ? a : b
  }
  @inline(__always) static func squareRoot(_ a: Double) -> Double { a.squareRoot() }
  @inline(__always) static func floor(_ a: Double) -> Double { Glibc.floor(a) }
  @inline(__always) static func exp(_ a: Double) -> Double { Glibc.exp(a) }
  @inline(__always) static func log(_ a: Double) -> Double { Glibc.log(a) }
  @inline(__always) static func sin(_ a: Double) -> Double { Glibc.sin(a) }
  @inline(__always) static func cos(_ a: Double) -> Double { Glibc.cos(a) }
  @inline(__always) static func tanh(_ a: Double) -> Double { Glibc.tanh(a) }
  @inline(__always) static func erf(_ a: Double) -> Double { Glibc.erf(a) }
  @inline(__always) static func power(_ a: Double, _ b: Double) -> Double { Glibc.pow(a, b) }
  @inline(__always) func sum(first active: Int) -> Double { self }
  @inline(__always) func add(
    quarter: Int, from first: Int, to target: UnsafeMutablePointer<Double>
  ) { target[0] += self }
  @inline(__always) static func sums(
    _ block: UnsafePointer<Block<Double>>, first active: Int
  ) -> Double {
    block.pointee.c00
  }
  @inline(__always) subscript(lane index: Int) -> Double {
    get { self }
    set { self = newValue }
  }
  @inline(__always) static var laneCount: Int { 1 }
}

extension Float: Lanes {
  typealias Scalar = Float
  @inline(__always) static func multiplyAdd(_ a: Float, _ b: Float, _ c: Float) -> Float {
    #if ICL_FMA
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }
  @inline(__always) static func less(_ a: Float, _ b: Float) -> Float { a < b ? 1 : 0 }
  @inline(__always) static func equal(_ a: Float, _ b: Float) -> Float { a == b ? 1 : 0 }
  @inline(__always) static func select(_ c: Float, _ x: Float, _ y: Float) -> Float {
    c != 0 ? x : y
  }
  @inline(__always) static func maximum(_ a: Float, _ b: Float) -> Float {
    a > b || a != a ? a : b
  }
  @inline(__always) static func minimum(_ a: Float, _ b: Float) -> Float {
    a < b || a != a ? a : b
  }
  @inline(__always) static func squareRoot(_ a: Float) -> Float { a.squareRoot() }
  @inline(__always) static func floor(_ a: Float) -> Float { Glibc.floorf(a) }
  @inline(__always) static func exp(_ a: Float) -> Float { Glibc.expf(a) }
  @inline(__always) static func log(_ a: Float) -> Float { Glibc.logf(a) }
  @inline(__always) static func sin(_ a: Float) -> Float { Glibc.sinf(a) }
  @inline(__always) static func cos(_ a: Float) -> Float { Glibc.cosf(a) }
  @inline(__always) static func tanh(_ a: Float) -> Float { Glibc.tanhf(a) }
  @inline(__always) static func erf(_ a: Float) -> Float { Glibc.erff(a) }
  @inline(__always) static func power(_ a: Float, _ b: Float) -> Float { Glibc.powf(a, b) }
  @inline(__always) func sum(first active: Int) -> Float { self }
  @inline(__always) func add(
    quarter: Int, from first: Int, to target: UnsafeMutablePointer<Float>
  ) { target[0] += self }
  @inline(__always) static func sums(
    _ block: UnsafePointer<Block<Float>>, first active: Int
  ) -> Float {
    block.pointee.c00
  }
  @inline(__always) subscript(lane index: Int) -> Float {
    get { self }
    set { self = newValue }
  }
  @inline(__always) static var laneCount: Int { 1 }
}
