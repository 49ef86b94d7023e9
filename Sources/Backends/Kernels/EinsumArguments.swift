import CICLBackend

/// What the arguments of a contraction say; see `einsum`.
struct EinsumArguments {
  let groups: Int
  let rows: Int
  let columns: Int
  let outer: Int
  let depth: Int
  let sa: Int
  let sb: Int
  private let table: UnsafePointer<Int32>

  @inline(__always) init(_ arguments: inout Arguments, _ data: UnsafeRawPointer) {
    groups = arguments.integer()
    rows = arguments.integer()
    columns = arguments.integer()
    outer = arguments.integer()
    depth = arguments.integer()
    sa = arguments.integer()
    sb = arguments.integer()
    table = data.assumingMemoryBound(to: Int32.self)
  }

  @inline(__always) var outG: UnsafePointer<Int32> { table }
  @inline(__always) var aG: UnsafePointer<Int32> { table + groups }
  @inline(__always) var bG: UnsafePointer<Int32> { table + 2 * groups }
  @inline(__always) var outM: UnsafePointer<Int32> { table + 3 * groups }
  @inline(__always) var aM: UnsafePointer<Int32> { outM + rows }
  @inline(__always) var outN: UnsafePointer<Int32> { outM + 2 * rows }
  @inline(__always) var bN: UnsafePointer<Int32> { outN + columns }
  @inline(__always) var aK: UnsafePointer<Int32> { outN + 2 * columns }
  @inline(__always) var bK: UnsafePointer<Int32> { aK + outer }
}
