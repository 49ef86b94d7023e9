internal import CICL
internal import ICLGraph

/// How large a tensor of one prompt may be; beyond this, products of extents could overflow.
enum Limits {
  static let rank = Int(ICL_MAX_RANK)
  static let count = 1 << 40

  struct Reason: Error { let message: String }

  static func shape(_ extents: [UInt64]) -> Result<Shape, Reason> {
    guard extents.allSatisfy({ $0 <= UInt64(count) }) else {
      return .failure(Reason(message: "an extent of \(extents.max()!) is above 2^40"))
    }
    let shape = Shape(extents.map(Int.init))
    return check(shape).map { .failure(Reason(message: $0)) } ?? .success(shape)
  }

  /// What is wrong with a shape; nil where nothing is.
  static func check(_ shape: Shape) -> String? {
    guard shape.rank <= rank else {
      return "shape \(shape) has rank \(shape.rank); the highest is \(rank)"
    }
    guard shape.extents.allSatisfy({ $0 > 0 }) else {
      return "shape \(shape) has an extent below 1"
    }
    var product = 1
    for extent in shape.extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow, next <= count else { return "shape \(shape) holds more than 2^40 elements" }
      product = next
    }
    return nil
  }
}
