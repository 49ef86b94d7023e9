import CICL

/// An option of a component, declared where it is used:
///
///     @Option("number of heads", 1...1024) var heads = 1
///
/// Its name is the property's in kebab-case (`initialScale` is `initial-scale`), its default is the
/// property's value. The host parses and checks what the user typed, and the property holds the
/// result before anything else is called.
@propertyWrapper
public final class Option<Value: OptionValue> {
  public var wrappedValue: Value
  let summary: String
  let name: String?
  let unit: String?
  /// Inclusive, for numbers and for each of a list; equal and zero if unbounded.
  let minimum: Double
  let maximum: Double

  private init(
    _ value: Value, _ summary: String, _ bounds: (Double, Double), unit: String?, name: String?
  ) {
    wrappedValue = value
    self.summary = summary
    (minimum, maximum) = bounds
    self.unit = unit
    self.name = name
  }

  public convenience init(
    wrappedValue: Value, _ summary: String, unit: String? = nil, name: String? = nil
  ) {
    self.init(wrappedValue, summary, (0, 0), unit: unit, name: name)
  }

  public convenience init(
    wrappedValue: Value, _ summary: String, _ range: ClosedRange<Int>, unit: String? = nil,
    name: String? = nil
  ) where Value == Int {
    let bounds = (Double(range.lowerBound), Double(range.upperBound))
    self.init(wrappedValue, summary, bounds, unit: unit, name: name)
  }

  public convenience init(
    wrappedValue: Value, _ summary: String, _ range: ClosedRange<Double>, unit: String? = nil,
    name: String? = nil
  ) where Value == Double {
    self.init(
      wrappedValue, summary, (range.lowerBound, range.upperBound), unit: unit, name: name)
  }

  /// A list, each of whose values is in the range.
  public convenience init(
    wrappedValue: Value, _ summary: String, _ range: ClosedRange<Double>, unit: String? = nil,
    name: String? = nil
  ) where Value == [Double] {
    self.init(
      wrappedValue, summary, (range.lowerBound, range.upperBound), unit: unit, name: name)
  }
}
