import Glibc

/// The ticks of an axis: labelled ones, and small ones between them.
struct TickList: Hashable {
  var major: [Axis.Tick]
  var minor: [Double] = []
}

extension Axis {
  /// Ticks within the limits; about `count` of them.
  func resolvedTicks(_ limits: ClosedRange<Double>, count: Int) -> TickList {
    switch ticks {
    case .at(let given): return TickList(major: given.filter { limits.contains($0.value) })
    case .whole: return Self.linearTicks(limits, count: count, isWhole: true)
    case .automatic: break
    }
    switch scale {
    case .linear: return Self.linearTicks(limits, count: count, isWhole: false)
    case .logarithmic: return Self.logarithmicTicks(limits, count: count)
    case .symmetricLogarithmic(let linear):
      return Self.symmetricTicks(limits, linear: linear, count: count)
    }
  }

  private static func linearTicks(
    _ limits: ClosedRange<Double>, count: Int, isWhole: Bool
  ) -> TickList {
    let span = limits.upperBound - limits.lowerBound
    guard span > 0, span.isFinite else { return TickList(major: []) }
    var step = niceStep(span / Double(max(count, 1)))
    if isWhole { step = max(step, 1) }
    let first = (limits.lowerBound / step - 1e-9).rounded(.up)
    let last = (limits.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 1000 else { return TickList(major: []) }
    let values = (0...Int(last - first)).map { (first + Double($0)) * step }
    return TickList(major: values.map { Tick($0, linearLabel($0, step: step, of: values)) })
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below a size.
  static func niceStep(_ size: Double) -> Double {
    let power = pow(10, floor(log10(size)))
    for factor in [1.0, 2, 5] where factor * power >= size * (1 - 1e-9) { return factor * power }
    return 10 * power
  }

  private static func linearLabel(_ value: Double, step: Double, of all: [Double]) -> String {
    let largest = all.map(abs).max() ?? 0
    if abs(value) < step * 1e-6 { return "0" }
    if largest >= 1e6 || largest < 1e-3 {
      let power = Int(floor(log10(largest) + 1e-9))
      let unit = pow(10, Double(power))
      let decimals = max(0, -Int(floor(log10(step / unit) + 1e-9)))
      return signed(Numeral.fixed(value / unit, decimals)) + "×10^{\(signed("\(power)"))}"
    }
    let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
    return signed(Numeral.grouped(Numeral.fixed(value, decimals)))
  }

  private static func logarithmicTicks(_ limits: ClosedRange<Double>, count: Int) -> TickList {
    let low = log10(limits.lowerBound)
    let high = log10(limits.upperBound)
    let first = Int((low - 1e-9).rounded(.up))
    let last = Int((high + 1e-9).rounded(.down))
    guard high - low >= 0.7 else { return linearTicks(limits, count: count, isWhole: false) }
    let powers = first <= last ? Array(first...last) : []
    let isPlain = low >= -2.31 && high <= 3.31
    var list = TickList(major: [])
    for power in (Int(low.rounded(.down))...Int(high.rounded(.up))) where high - low < 12 {
      for factor in 1...9 {
        let value = Double(factor) * pow(10, Double(power))
        guard value >= limits.lowerBound * (1 - 1e-9), value <= limits.upperBound * (1 + 1e-9)
        else { continue }
        let isLabelled =
          factor == 1 && powers.count <= count
          || powers.count < 3 && high - low < 2.2 && (factor == 2 || factor == 5)
        if isLabelled {
          list.major.append(Tick(value, logarithmicLabel(factor, power, isPlain: isPlain)))
        } else if factor != 1 || powers.count > count {
          list.minor.append(value)
        }
      }
    }
    guard powers.count > count else { return list }
    let stride = (powers.count + count - 1) / count
    let shown = powers.filter { $0 % stride == 0 }
    list.major = shown.map { Tick(pow(10, Double($0)), logarithmicLabel(1, $0, isPlain: false)) }
    list.minor = powers.filter { $0 % stride != 0 }.map { pow(10, Double($0)) }
    return list
  }

  private static func symmetricTicks(
    _ limits: ClosedRange<Double>, linear: Double, count: Int
  ) -> TickList {
    let top = max(abs(limits.lowerBound), abs(limits.upperBound))
    let first = Int(log10(linear).rounded())
    let last = max(first, Int((log10(top) + 1e-9).rounded(.down)))
    let sides = limits.lowerBound < 0 && limits.upperBound > 0 ? 2 : 1
    let stride = max(1, (sides * (last - first + 1) + count - 1) / count)
    let isPlain = first >= -2 && last <= 3
    var major: [Tick] = [Tick(0, "0")]
    for power in first...last where (last - power) % stride == 0 {
      let value = pow(10, Double(power))
      let label = logarithmicLabel(1, power, isPlain: isPlain)
      major.append(Tick(value, label))
      major.insert(Tick(-value, "−" + label), at: 0)
    }
    return TickList(major: major.filter { limits.contains($0.value) })
  }

  private static func logarithmicLabel(_ factor: Int, _ power: Int, isPlain: Bool) -> String {
    if isPlain {
      return Numeral.grouped(
        Numeral.fixed(Double(factor) * pow(10, Double(power)), max(0, -power)))
    }
    let exponent = "10^{\(signed("\(power)"))}"
    return factor == 1 ? exponent : "\(factor)×\(exponent)"
  }

  /// With a minus sign as wide as a digit.
  private static func signed(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }
}
