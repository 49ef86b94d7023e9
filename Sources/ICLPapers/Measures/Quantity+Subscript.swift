import ICLTraining

extension Quantity {
  /// Elements by place along the first axes; a single place takes its axis away.
  subscript(subscripts: [Expression.Subscript]) -> Quantity {
    get throws {
      guard subscripts.count <= shape.count else {
        throw Failure(
          .configuration, "\(subscripts.count) subscripts for a value of shape \(shape).")
      }
      var kept: [Int] = []
      var offsets = [0]
      for (axis, extent) in shape.enumerated() {
        var places = Array(0..<extent)
        if axis < subscripts.count {
          switch subscripts[axis] {
          case .all: kept.append(extent)
          case .one(let place):
            try Self.check(place, axis: axis, extent)
            places = [place]
          case .range(let first, let last):
            try Self.check(first, axis: axis, extent)
            try Self.check(last, axis: axis, extent)
            places = first <= last ? Array(first...last) : []
            kept.append(places.count)
          }
        } else {
          kept.append(extent)
        }
        offsets = offsets.flatMap { offset in places.map { offset * extent + $0 } }
      }
      return Quantity(
        shape: kept, values: offsets.map { values[$0] },
        errors: errors.map { errors in offsets.map { errors[$0] } })
    }
  }

  private static func check(_ place: Int, axis: Int, _ extent: Int) throws(Failure) {
    guard !(0..<extent).contains(place) else { return }
    throw Failure(
      .configuration, "there is no element \(place) along axis \(axis), which has \(extent).",
      hint: "Places count from 0.")
  }
}
