import CICLBackend

/// Reads an instruction's arguments in order.
struct Arguments {
  private var next: UnsafePointer<Int64>
  private let spaces: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  @inline(__always) init(
    _ instruction: UnsafePointer<icl_instruction>, _ tile: UnsafePointer<icl_tile>
  ) {
    next = instruction.pointee.arguments!
    spaces = tile.pointee.spaces!
  }

  @inline(__always) mutating func integer() -> Int {
    defer { next += 1 }
    return Int(next.pointee)
  }

  /// An array operand: its space, then its offset in elements.
  @inline(__always) mutating func operand() -> (base: UnsafeMutableRawPointer, offset: Int) {
    let space = integer()
    let offset = integer()
    return (spaces[space]!, offset)
  }

  @inline(__always) mutating func source<S: Source>(_ type: S.Type) -> S {
    let (base, offset) = operand()
    return S(UnsafeRawPointer(base), offset)
  }

  @inline(__always) mutating func target<L>(_ type: L.Type) -> UnsafeMutablePointer<L> {
    let (base, offset) = operand()
    return base.assumingMemoryBound(to: L.self) + offset
  }

  /// A list of integers where it stands.
  @inline(__always) mutating func list(_ count: Int) -> UnsafePointer<Int64> {
    defer { next += count }
    return next
  }
}

/// Walks over all index combinations of some extents, innermost last: `body` gets the innermost
/// extent, and for up to five arrays the offset and the innermost stride.
///
/// Arguments in the instruction: rank, extents, then for each array its strides.
@inline(__always)
func walk(
  _ arguments: inout Arguments, arrays: Int,
  _ body: (
    _ count: Int, _ offsets: (Int, Int, Int, Int, Int), _ strides: (Int, Int, Int, Int, Int)
  ) -> Void
) {
  let rank = arguments.integer()
  let extents = arguments.list(rank)
  let s0 = arguments.list(rank)
  let s1 = arrays > 1 ? arguments.list(rank) : s0
  let s2 = arrays > 2 ? arguments.list(rank) : s0
  let s3 = arrays > 3 ? arguments.list(rank) : s0
  let s4 = arrays > 4 ? arguments.list(rank) : s0
  if rank == 0 {
    body(1, (0, 0, 0, 0, 0), (0, 0, 0, 0, 0))
    return
  }
  let last = rank - 1
  let inner = Int(extents[last])
  let strides = (Int(s0[last]), Int(s1[last]), Int(s2[last]), Int(s3[last]), Int(s4[last]))
  if rank == 1 {
    body(inner, (0, 0, 0, 0, 0), strides)
    return
  }
  var outer = 1
  for axis in 0..<last { outer *= Int(extents[axis]) }
  // At most eight axes reach here: the graph's largest rank.
  var index = (0, 0, 0, 0, 0, 0, 0, 0)
  withUnsafeMutableBytes(of: &index) { raw in
    let index = raw.assumingMemoryBound(to: Int.self).baseAddress!
    var o = (0, 0, 0, 0, 0)
    for _ in 0..<outer {
      body(inner, o, strides)
      var axis = last - 1
      while axis >= 0 {
        index[axis] += 1
        o.0 += Int(s0[axis])
        o.1 += Int(s1[axis])
        o.2 += Int(s2[axis])
        o.3 += Int(s3[axis])
        o.4 += Int(s4[axis])
        if index[axis] < Int(extents[axis]) { break }
        let extent = Int(extents[axis])
        o.0 -= Int(s0[axis]) * extent
        o.1 -= Int(s1[axis]) * extent
        o.2 -= Int(s2[axis]) * extent
        o.3 -= Int(s3[axis]) * extent
        o.4 -= Int(s4[axis]) * extent
        index[axis] = 0
        axis -= 1
      }
    }
  }
}
