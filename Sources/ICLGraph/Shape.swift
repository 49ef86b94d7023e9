/// The extents of a tensor, outermost axis first. A scalar has rank 0.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public var extents: [Int]

  public init(_ extents: [Int]) { self.extents = extents }
  public init(arrayLiteral elements: Int...) { extents = elements }

  public var rank: Int { extents.count }

  /// The number of elements.
  public var count: Int { extents.reduce(1, *) }

  /// Row-major strides, in elements.
  public var strides: [Int] {
    var result = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      result[axis] = result[axis + 1] * extents[axis + 1]
    }
    return result
  }

  public subscript(axis: Int) -> Int {
    get { extents[axis] }
    set { extents[axis] = newValue }
  }

  public func removing(_ axes: [Int]) -> Shape {
    Shape(extents.indices.filter { !axes.contains($0) }.map { extents[$0] })
  }

  /// The shape that both stretch to when aligned at their last axes; nil if there is none.
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    let rank = max(a.rank, b.rank)
    var result = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let left = axis - (rank - a.rank)
      let right = axis - (rank - b.rank)
      let x = left >= 0 ? a[left] : 1
      let y = right >= 0 ? b[right] : 1
      guard x == y || x == 1 || y == 1 else { return nil }
      result[axis] = x == 1 ? y : x
    }
    return Shape(result)
  }

  public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
