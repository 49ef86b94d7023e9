internal import ICLPlugins

/// Option settings to try components with.
enum OptionCases {
  /// Values near the default: quick to run.
  static func near(_ component: Component, _ numbers: inout Numbers) -> [String: String] {
    settings(component, &numbers, chance: 0.5) { option, numbers in
      switch option.type {
      case .integer:
        guard let value = Double(option.defaultText) else { return nil }
        let low = max(option.minimum ?? -8, value / 2 - 1).rounded(.up)
        let high = min(option.maximum ?? .infinity, value + 2).rounded(.down)
        return low <= high ? "\(Int(low) + numbers.index(below: Int(high - low) + 1))" : nil
      case .real:
        guard let value = Double(option.defaultText) else { return nil }
        let low = max(option.minimum ?? -.infinity, value - abs(value) / 2)
        let high = min(option.maximum ?? .infinity, value + abs(value) / 2 + 0.01)
        return low <= high ? "\(low + (high - low) * numbers.uniform(1)[0])" : nil
      case .boolean: return numbers.index(below: 2) == 0 ? "false" : "true"
      case .choice: return option.choices[numbers.index(below: option.choices.count)]
      case .text, .reals: return nil
      }
    }
  }

  /// Bounds, also of options without bounds: what a component may well refuse.
  static func extreme(_ component: Component, _ numbers: inout Numbers) -> [String: String] {
    settings(component, &numbers, chance: 0.4) { option, numbers in
      let ends = bounds(option)
      switch option.type {
      case .integer, .real:
        guard !ends.isEmpty else { return nil }
        return ends[numbers.index(below: ends.count)]
      case .choice: return option.choices[numbers.index(below: option.choices.count)]
      case .boolean: return numbers.index(below: 2) == 0 ? "false" : "true"
      case .text: return ["nothing", "1,2,3"][numbers.index(below: 2)]
      case .reals: return nil
      }
    }
  }

  /// The bounds of a number that a host can go to: sizes above a million are left out.
  static func bounds(_ option: OptionDeclaration) -> [String] {
    var ends: [String] = []
    for end in [option.minimum, option.maximum].compactMap({ $0 }) {
      if option.type == .integer {
        if abs(end) <= 1e6 { ends.append("\(Int64(end))") }
      } else {
        ends.append("\(end)")
      }
    }
    return ends
  }

  /// What is not UTF-8 (RFC 3629): lone bytes, sequences that are too long for what they say, halves of
  /// a pair, numbers beyond the last; and lead bytes with nothing behind them.
  static let invalidTexts: [[UInt8]] = [
    [0x80], [0x61, 0xbf, 0x62], [0xfe], [0xff, 0xff], [0xc0, 0xaf], [0xc1, 0xbf],
    [0xe0, 0x80, 0xaf],
    [0xf0, 0x80, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xed, 0xb0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe6, 0xbc, 0x41], [0x61, 0xc3], [0x61, 0xe6, 0xbc],
    [0x61, 0xf0], [0xf0, 0x9f, 0xa6], [0x31, 0x2e, 0x35, 0x80],
    [0x61, 0x1b, 0x5b, 0x33, 0xff, 0x01],
  ]

  static func text(_ settings: [String: String]) -> String {
    settings.isEmpty
      ? "its defaults"
      : settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  private static func settings(
    _ component: Component, _ numbers: inout Numbers, chance: Double,
    _ value: (OptionDeclaration, inout Numbers) -> String?
  ) -> [String: String] {
    var settings: [String: String] = [:]
    for option in component.options where numbers.uniform(1)[0] < chance {
      if let text = value(option, &numbers), (try? OptionParser.parse(text, for: option)) != nil {
        settings[option.name] = text
      }
    }
    return settings
  }
}
