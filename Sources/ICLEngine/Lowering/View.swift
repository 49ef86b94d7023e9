import ICLGraph

/// Where a node's elements stand: an array, an offset, and a stride for each axis.
///
/// Slices, transpositions and broadcasts are views of their input's array and cost nothing.
struct View {
  enum Base: Hashable {
    /// An array whose place is decided after lowering.
    case buffer(Int)
    /// A place that is known: parameters, or the moving slice of a scan.
    case space(Int)
  }

  var base: Base
  var offset: Int
  var strides: [Int]
  var shape: Shape
  /// Whether each element differs from prompt to prompt.
  var isBatched: Bool
  /// Vectors of lanes, or scalars, that an element consists of, one behind the other. Strides and
  /// offsets count vectors, or scalars.
  var unit = 1

  static func contiguous(
    _ base: Base, offset: Int = 0, _ shape: Shape, isBatched: Bool, unit: Int = 1
  ) -> View {
    View(
      base: base, offset: offset, strides: shape.strides.map { $0 * unit }, shape: shape,
      isBatched: isBatched, unit: unit)
  }

  /// From the first vector to behind the last.
  var span: Int {
    zip(shape.extents, strides).reduce(unit) { $0 + ($1.0 - 1) * $1.1 }
  }

  var isContiguous: Bool {
    let full = shape.strides
    return shape.extents.indices.allSatisfy { shape[$0] == 1 || strides[$0] == full[$0] * unit }
  }

  func transposed(_ permutation: [Int], _ shape: Shape) -> View {
    var view = self
    view.strides = permutation.map { strides[$0] }
    view.shape = shape
    return view
  }

  func sliced(start: [Int], stride: [Int], _ shape: Shape) -> View {
    var view = self
    for axis in start.indices {
      view.offset += start[axis] * strides[axis]
      view.strides[axis] = strides[axis] * stride[axis]
    }
    view.shape = shape
    return view
  }

  func broadcast(to target: Shape) -> View {
    var view = self
    let missing = target.rank - shape.rank
    view.strides = target.extents.indices.map { axis in
      let own = axis - missing
      return own < 0 || shape[own] == 1 ? 0 : strides[own]
    }
    view.shape = target
    return view
  }

  /// The same elements under another shape, where strides can say so; nil where a copy is needed.
  func reshaped(to target: Shape) -> View? {
    var view = self
    view.shape = target
    if isContiguous {
      view.strides = target.strides.map { $0 * unit }
      return view
    }
    // Axes of extent 1 carry no information; the others are matched in groups of equal size.
    let own = shape.extents.indices.filter { shape[$0] != 1 }
    var strides = [Int](repeating: 0, count: target.rank)
    var next = 0
    var axis = 0
    while axis < target.rank {
      if target[axis] == 1 {
        axis += 1
        continue
      }
      guard next < own.count else { return nil }
      var ownSize = shape[own[next]]
      var ownLast = next
      var size = target[axis]
      var last = axis
      while size != ownSize {
        if size < ownSize {
          last += 1
          guard last < target.rank else { return nil }
          size *= target[last]
        } else {
          // Merged axes must run on without a gap.
          guard
            ownLast + 1 < own.count,
            self.strides[own[ownLast]] == self.strides[own[ownLast + 1]] * shape[own[ownLast + 1]]
          else { return nil }
          ownLast += 1
          ownSize *= shape[own[ownLast]]
        }
      }
      var stride = self.strides[own[ownLast]]
      for part in stride_(from: last, through: axis) {
        strides[part] = stride
        stride *= target[part]
      }
      next = ownLast + 1
      axis = last + 1
    }
    view.strides = strides
    return view
  }

  private func stride_(from last: Int, through first: Int) -> ReversedCollection<ClosedRange<Int>> {
    (first...last).reversed()
  }

  func strides(of axes: [Int]) -> [Int] { axes.map { strides[$0] } }

  /// From one vector of an element to the next; a sum over prompts has one place for all of them.
  var vectorStride: Int { unit > 1 ? 1 : 0 }

  /// The view with the vectors of an element as a last axis.
  func unrolled(_ vectors: Int) -> View {
    var view = self
    view.shape.extents.append(vectors)
    view.strides.append(vectorStride)
    return view
  }
}

/// The offsets of all index combinations of some axes, last axis fastest.
func offsets(extents: [Int], strides: [Int]) -> [Int] {
  var result = [0]
  for (extent, stride) in zip(extents, strides) {
    result = result.flatMap { base in (0..<extent).map { base + $0 * stride } }
  }
  return result
}
