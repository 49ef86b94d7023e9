import Glibc

/// Numbers along something: steps, context lengths.
public struct Curve: Hashable, Sendable {
  public var x: [Double]
  public var y: [Double]
  public var standardErrors: [Double]?

  public init(x: [Double], y: [Double], standardErrors: [Double]? = nil) {
    self.x = x
    self.y = y
    self.standardErrors = standardErrors
  }
}

extension RunSeries {
  /// A number, or one element of an array, over the steps; nil for what was not measured.
  public func curve(_ name: String) -> Curve? {
    let (base, text) = SeriesName.split(name)
    guard let quantity = self[base] else { return nil }
    guard let element = quantity.element(text) else { return nil }
    return Curve(
      x: quantity.steps.map(Double.init), y: quantity.values.map { $0[element] },
      standardErrors: quantity.standardErrors.map { $0.map { $0[element] } })
  }

  /// An array of one axis at a step, the last by default.
  public func profile(_ name: String, at step: Int? = nil) -> Curve? {
    guard let quantity = self[name], quantity.shape.count == 1 else { return nil }
    guard let row = quantity.row(at: step) else { return nil }
    return Curve(
      x: quantity.values[row].indices.map { Double($0 + quantity.firstIndex) },
      y: quantity.values[row], standardErrors: quantity.standardErrors?[row])
  }
}

extension RunSeries.Quantity {
  /// The place in `values` of an element's indices, "[3]" or "[0,2]"; of a number "" is 0.
  func element(_ text: String) -> Int? {
    if text.isEmpty { return shape.isEmpty ? 0 : nil }
    guard var indices = SeriesName.indices(text), indices.count == shape.count else { return nil }
    indices[0] -= firstIndex
    var place = 0
    for (index, extent) in zip(indices, shape) {
      guard (0..<extent).contains(index) else { return nil }
      place = place * extent + index
    }
    return place
  }

  func row(at step: Int?) -> Int? {
    guard let step else { return values.indices.last }
    return steps.lastIndex(of: step)
  }
}

extension Curve {
  /// The mean of several curves over the places that all of them have, with its standard error
  /// s/√n; a single curve stays as it is.
  public static func mean(_ curves: [Curve]) -> Curve? {
    guard let first = curves.first else { return nil }
    guard curves.count > 1 else { return first }
    let tables = curves.map { Dictionary(zip($0.x, $0.y)) { _, last in last } }
    var result = Curve(x: [], y: [], standardErrors: [])
    for place in first.x {
      let values = tables.compactMap { $0[place] }
      guard values.count == tables.count, result.x.last != place else { continue }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      result.x.append(place)
      result.y.append(mean)
      result.standardErrors?.append((squares / (count - 1) / count).squareRoot())
    }
    return result
  }
}
