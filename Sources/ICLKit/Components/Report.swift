import CICL
import Glibc

/// Where a metric reports.
public struct Report {
  let source: icl_report

  public func scalar(_ name: String, _ value: Double, standardError: Double? = nil) {
    let errors = standardError.map { [$0] }
    source.values?(source.state, name, nil, 0, 1, [value], errors)
  }

  /// One value for each point of an axis, whose first point is firstIndex.
  public func vector(
    _ name: String, _ values: [Double], standardErrors: [Double]? = nil, axis: String,
    firstIndex: Int
  ) {
    precondition(standardErrors.map { $0.count == values.count } ?? true)
    source.values?(
      source.state, name, axis, Int64(firstIndex), UInt64(values.count), values, standardErrors)
  }

  /// A table, row-major, with a name for each axis.
  public func table(
    _ name: String, _ values: [Double], _ shape: [Int], axes: [String],
    standardErrors: [Double]? = nil
  ) {
    precondition(shape.count == axes.count && values.count == shape.reduce(1, *))
    let names = axes.map { $0.withCString { strdup($0) } }
    defer { for name in names { free(name) } }
    source.tensor?(
      source.state, name, UInt32(shape.count), shape.map(UInt64.init),
      names.map { UnsafePointer($0) }, values, standardErrors)
  }
}
