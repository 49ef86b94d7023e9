import CICL

/// A type that an option can have: `Int`, `Double`, `Bool`, `String`, `[Double]`, and enumerations
/// that conform to `OptionChoice`.
public protocol OptionValue {
  /// `ICL_INTEGER` ... `ICL_REALS`.
  static var optionType: UInt32 { get }
  /// "merged|separate" for choices, else nil.
  static var optionChoices: String? { get }
  /// As a user would write it.
  var optionText: String { get }
  /// Reads what the host has checked.
  init?(_ value: icl_value)
}

/// An option that is one of a few words, each the raw value of a case.
public protocol OptionChoice: OptionValue, CaseIterable, RawRepresentable
where RawValue == String {}

extension OptionValue {
  public static var optionChoices: String? { nil }
}

extension Int: OptionValue {
  public static var optionType: UInt32 { ICL_INTEGER }
  public var optionText: String { String(self) }
  public init?(_ value: icl_value) { self.init(exactly: value.integer) }
}

extension Double: OptionValue {
  public static var optionType: UInt32 { ICL_REAL }
  public var optionText: String {
    self == rounded() && magnitude < 1e9 ? String(Int(self)) : description
  }
  public init?(_ value: icl_value) { self = value.real }
}

extension Bool: OptionValue {
  public static var optionType: UInt32 { ICL_BOOLEAN }
  public var optionText: String { self ? "true" : "false" }
  public init?(_ value: icl_value) { self = value.integer != 0 }
}

extension String: OptionValue {
  public static var optionType: UInt32 { ICL_TEXT }
  public var optionText: String { self }
  public init?(_ value: icl_value) {
    guard let text = value.text else { return nil }
    self.init(cString: text)
  }
}

extension [Double]: OptionValue {
  public static var optionType: UInt32 { ICL_REALS }
  public var optionText: String { map(\.optionText).joined(separator: ",") }
  public init?(_ value: icl_value) {
    self.init(UnsafeBufferPointer(start: value.reals, count: Int(value.count)))
  }
}

extension OptionChoice {
  public static var optionType: UInt32 { ICL_CHOICE }
  public static var optionChoices: String? { allCases.map(\.rawValue).joined(separator: "|") }
  public var optionText: String { rawValue }
  public init?(_ value: icl_value) {
    guard let text = value.text else { return nil }
    self.init(rawValue: String(cString: text))
  }
}
