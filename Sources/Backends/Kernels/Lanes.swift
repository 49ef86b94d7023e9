/// The arithmetic of one array element: a scalar, or one value for each prompt of a tile.
///
/// Every kernel is written once over this protocol and specialised for four types.
protocol Lanes {
  associatedtype Scalar: BinaryFloatingPoint
  associatedtype Part: RegisterPart where Part.Scalar == Scalar

  init(_ scalar: Scalar)

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self
  /// a b + c; fused where the instruction set has it.
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self
  static func maximum(_ a: Self, _ b: Self) -> Self
  static func minimum(_ a: Self, _ b: Self) -> Self
  /// 1 or 0.
  static func less(_ a: Self, _ b: Self) -> Self
  static func equal(_ a: Self, _ b: Self) -> Self
  /// x where the condition is not zero, else y.
  static func select(_ condition: Self, _ x: Self, _ y: Self) -> Self

  static func squareRoot(_ a: Self) -> Self
  static func floor(_ a: Self) -> Self
  static func exp(_ a: Self) -> Self
  static func log(_ a: Self) -> Self
  static func sin(_ a: Self) -> Self
  static func cos(_ a: Self) -> Self
  static func tanh(_ a: Self) -> Self
  static func erf(_ a: Self) -> Self
  static func power(_ a: Self, _ b: Self) -> Self

  /// The sum of the first lanes, halves added to halves.
  func sum(first active: Int) -> Scalar
  /// The sixteen sums of a block's values, in its order; only for types with sixteen lanes.
  static func sums(_ block: UnsafePointer<Block<Self>>, first active: Int) -> Self

  /// Adds four lanes, without the first so many, to scalars side by side; only for types with sixteen
  /// lanes.
  func add(quarter: Int, from first: Int, to target: UnsafeMutablePointer<Scalar>)

  /// Eight arrays as rows of eight: to[lane * stride + n] is that lane of the array at columns[n].
  static func turnEight(
    _ from: UnsafePointer<Self>, _ columns: UnsafePointer<Int32>, to: UnsafeMutablePointer<Scalar>,
    stride: Int)

  /// The value of lane `index`, for gathers by index and for sums over lanes.
  subscript(lane index: Int) -> Scalar { get set }
  static var laneCount: Int { get }
}

extension Lanes {
  @inline(__always) static var zero: Self { Self(0) }
  @inline(__always) static var one: Self { Self(1) }

  @inline(__always) static func turnEight(
    _ from: UnsafePointer<Self>, _ columns: UnsafePointer<Int32>, to: UnsafeMutablePointer<Scalar>,
    stride: Int
  ) {
    for n in 0..<8 {
      let column = from + Int(columns[n])
      for lane in 0..<laneCount { to[lane * stride + n] = column.pointee[lane: lane] }
    }
  }
}

/// Where an operand's elements come from: an array of lanes, or an array of scalars that are the
/// same for all lanes.
protocol Source {
  associatedtype L: Lanes
  init(_ base: UnsafeRawPointer, _ offset: Int)
  subscript(_ index: Int) -> L { get }
  func part(_ part: Int, _ index: Int) -> L.Part
  /// The place of one part of element 0, and how many bytes later that of element 1 is.
  func address(of part: Int) -> UnsafeRawPointer
  static var byteStride: Int { get }
  static func load(_ address: UnsafeRawPointer) -> L.Part
  func moved(_ offset: Int) -> Self
}

struct LaneSource<L: Lanes>: Source {
  let pointer: UnsafePointer<L>
  @inline(__always) init(_ base: UnsafeRawPointer, _ offset: Int) {
    pointer = base.assumingMemoryBound(to: L.self) + offset
  }
  @inline(__always) init(_ pointer: UnsafePointer<L>) { self.pointer = pointer }
  @inline(__always) subscript(_ index: Int) -> L { pointer[index] }
  @inline(__always) func part(_ part: Int, _ index: Int) -> L.Part {
    UnsafeRawPointer(pointer + index).assumingMemoryBound(to: L.Part.self)[part]
  }
  @inline(__always) func address(of part: Int) -> UnsafeRawPointer {
    UnsafeRawPointer(pointer) + part * MemoryLayout<L.Part>.size
  }
  @inline(__always) static var byteStride: Int { MemoryLayout<L>.stride }
  @inline(__always) static func load(_ address: UnsafeRawPointer) -> L.Part {
    address.assumingMemoryBound(to: L.Part.self).pointee
  }
  @inline(__always) func moved(_ offset: Int) -> Self { Self(pointer + offset) }
}

struct ScalarSource<L: Lanes>: Source {
  let pointer: UnsafePointer<L.Scalar>
  @inline(__always) init(_ base: UnsafeRawPointer, _ offset: Int) {
    pointer = base.assumingMemoryBound(to: L.Scalar.self) + offset
  }
  @inline(__always) init(_ pointer: UnsafePointer<L.Scalar>) { self.pointer = pointer }
  @inline(__always) subscript(_ index: Int) -> L { L(pointer[index]) }
  @inline(__always) func part(_ part: Int, _ index: Int) -> L.Part { L.Part(pointer[index]) }
  @inline(__always) func address(of part: Int) -> UnsafeRawPointer { UnsafeRawPointer(pointer) }
  @inline(__always) static var byteStride: Int { MemoryLayout<L.Scalar>.stride }
  @inline(__always) static func load(_ address: UnsafeRawPointer) -> L.Part {
    L.Part(address.assumingMemoryBound(to: L.Scalar.self).pointee)
  }
  @inline(__always) func moved(_ offset: Int) -> Self { Self(pointer + offset) }
}
