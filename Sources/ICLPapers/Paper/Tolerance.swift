import ICLTraining

/// How far a measured value may be from what is expected: as far as the widest of these allows.
public struct Tolerance: Hashable, Sendable {
  public var absolute: Double?
  /// Of the expected value.
  public var relative: Double?
  /// Of the measured value and, where it has one, the expected one, taken together.
  public var standardErrors: Double?
  /// From expected / factor to expected × factor.
  public var factor: Double?

  public init(
    absolute: Double? = nil, relative: Double? = nil, standardErrors: Double? = nil,
    factor: Double? = nil
  ) {
    self.absolute = absolute
    self.relative = relative
    self.standardErrors = standardErrors
    self.factor = factor
  }

  /// Whether a value is near enough. Infinite values must be equal; NaN never holds.
  public func allows(
    _ measured: Double, error: Double?, expected: Double, expectedError: Double?
  ) -> Bool {
    if measured == expected { return true }
    guard measured.isFinite, expected.isFinite else { return false }
    let distance = abs(measured - expected)
    if let absolute, distance <= absolute { return true }
    if let relative, distance <= relative * abs(expected) { return true }
    if let standardErrors {
      let (a, b) = (error ?? 0, expectedError ?? 0)
      if distance <= standardErrors * (a * a + b * b).squareRoot() { return true }
    }
    if let factor, expected != 0 {
      let ratio = measured / expected
      if ratio >= 1 / factor, ratio <= factor { return true }
    }
    return false
  }

  /// "± 0.01 or 3 standard errors"; "exactly" where nothing is allowed.
  public var text: String {
    var parts: [String] = []
    if let absolute { parts.append("± \(absolute.text)") }
    if let relative { parts.append("± \((relative * 100).text) %") }
    if let standardErrors { parts.append("\(standardErrors.text) standard errors") }
    if let factor { parts.append("factor \(factor.text)") }
    return parts.isEmpty ? "exactly" : parts.joined(separator: " or ")
  }
}

extension Tolerance {
  init(_ node: PaperNode) throws(Failure) {
    let fields = try node.fields(["absolute", "relative", "standard-errors", "factor"])
    let read = { (key: String, least: Double) throws(Failure) -> Double? in
      guard let field = fields[key] else { return nil }
      let number = try field.number()
      guard number >= least else { throw field.failure("expected at least \(least.text).") }
      return number
    }
    absolute = try read("absolute", 0)
    relative = try read("relative", 0)
    standardErrors = try read("standard-errors", 0)
    factor = try read("factor", 1)
  }
}

extension Double {
  /// Whole numbers without a point; seven digits that count; a loss of digits does not matter here.
  var text: String {
    guard isFinite else { return isNaN ? "NaN" : self < 0 ? "-infinity" : "never" }
    if let whole = Int(exactly: self), abs(whole) < 10_000_000 { return "\(whole)" }
    let size = abs(self)
    guard size < 1e7, size >= 1e-4 else { return scientific }
    var scale = 1.0
    while size * scale < 1e6, scale < 1e9 { scale *= 10 }
    var text = "\((self * scale).rounded() / scale)"
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text
  }

  private var scientific: String {
    var (digits, exponent) = (abs(self), 0)
    while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
    var rounded = (digits * 1000).rounded() / 1000
    if rounded >= 10 { (rounded, exponent) = (1, exponent + 1) }
    let word = Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
    return "\(self < 0 ? "-" : "")\(word)e\(exponent)"
  }
}
