import ICLTraining

/// A scalar, vector or table of numbers, with standard errors where they are known.
public struct Quantity: Hashable, Sendable {
  /// [] for a scalar.
  public var shape: [Int]
  /// Row by row.
  public var values: [Double]
  public var errors: [Double]?

  public init(shape: [Int], values: [Double], errors: [Double]? = nil) {
    precondition(shape.reduce(1, *) == values.count, "values do not fill the shape")
    self.shape = shape
    self.values = values
    self.errors = errors
  }

  public init(_ value: Double, error: Double? = nil) {
    self.init(shape: [], values: [value], errors: error.map { [$0] })
  }

  public init(_ values: [Double]) { self.init(shape: [values.count], values: values) }
}

extension Quantity {
  /// The function of each number; its error is half of what it changes between value ± error.
  func map(_ function: (Double) -> Double) -> Quantity {
    Quantity(
      shape: shape, values: values.map(function),
      errors: errors.map { errors in
        zip(values, errors).map { abs(function($0 + $1) - function($0 - $1)) / 2 }
      })
  }

  /// Number by number; a scalar goes with every number of the other. Errors are added as those of
  /// independent numbers.
  func combined(
    with other: Quantity, _ function: (Double, Double) -> Double
  ) throws(Failure) -> Quantity {
    let isScalar = (values.count == 1, other.values.count == 1)
    guard shape == other.shape || isScalar.0 || isScalar.1 else {
      throw Failure(
        .configuration, "values of shapes \(shape) and \(other.shape) do not go together.",
        hint: "Equal shapes do, and a scalar goes with everything.")
    }
    let takesOther = isScalar.0 && (!isScalar.1 || shape.isEmpty)
    let count = max(values.count, other.values.count)
    let left = { (list: [Double], place: Int) in list[isScalar.0 ? 0 : place] }
    let right = { (list: [Double], place: Int) in list[isScalar.1 ? 0 : place] }
    let results = (0..<count).map { function(left(values, $0), right(other.values, $0)) }
    var combinedErrors: [Double]?
    if errors != nil || other.errors != nil {
      combinedErrors = (0..<count).map { place in
        let (a, b) = (left(values, place), right(other.values, place))
        var square = 0.0
        if let errors {
          let error = left(errors, place)
          let change = (function(a + error, b) - function(a - error, b)) / 2
          square += change * change
        }
        if let errors = other.errors {
          let error = right(errors, place)
          let change = (function(a, b + error) - function(a, b - error)) / 2
          square += change * change
        }
        return square.squareRoot()
      }
    }
    return Quantity(
      shape: takesOther ? other.shape : shape, values: results, errors: combinedErrors)
  }

  /// Equal shapes one above the other, along a new first axis.
  static func stacked(_ parts: [Quantity]) throws(Failure) -> Quantity {
    guard let first = parts.first else { return Quantity([]) }
    guard let other = parts.first(where: { $0.shape != first.shape }) else {
      let errors = parts.compactMap(\.errors)
      return Quantity(
        shape: [parts.count] + first.shape, values: parts.flatMap(\.values),
        errors: errors.count == parts.count ? errors.flatMap { $0 } : nil)
    }
    throw Failure(
      .configuration, "values of shapes \(first.shape) and \(other.shape) make no table.")
  }
}
