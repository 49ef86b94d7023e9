import ICLTraining

extension PaperNode {
  func number() throws(Failure) -> Double {
    guard let number = try Self.number(text()) else {
      throw failure("expected a number, found \(kindText).")
    }
    return number
  }

  func whole() throws(Failure) -> Int {
    guard let number = Int(try text()) else {
      throw failure("expected a whole number, found \(kindText).")
    }
    return number
  }

  func boolean() throws(Failure) -> Bool {
    switch try text() {
    case "true", "yes": return true
    case "false", "no": return false
    default: throw failure("expected yes or no, found \(kindText).")
    }
  }

  /// A number, a list, or a list of equal lists.
  func quantity() throws(Failure) -> Quantity {
    guard isList else { return Quantity(try number()) }
    var parts: [Quantity] = []
    for element in try elements() { parts.append(try element.quantity()) }
    do {
      return try Quantity.stacked(parts)
    } catch {
      throw failure("its rows are of different lengths.")
    }
  }

  /// One of a few words.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type
  ) throws(Failure) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try text()) else {
      let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure("expected one of: \(words); found \(kindText).")
    }
    return choice
  }

  /// 7, [7, 8] or 0..9
  func seeds() throws(Failure) -> [Int] {
    if isList {
      var seeds: [Int] = []
      for element in try elements() { seeds.append(try element.whole()) }
      guard !seeds.isEmpty else { throw failure("the list of seeds is empty.") }
      return seeds
    }
    let text = try text()
    if let seed = Int(text) { return [seed] }
    let ends = text.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, let first = Int(ends[0]), let last = Int(ends[2]),
      first <= last
    else {
      throw failure("expected seeds such as 7, [7, 8] or 0..9, found \(kindText).")
    }
    return Array(first...last)
  }

  private static func number(_ text: String) -> Double? {
    switch text {
    case ".inf", "+.inf", "never": .infinity
    case "-.inf": -.infinity
    case ".nan": .nan
    default: Double(text.hasPrefix(".") ? "0" + text : text)
    }
  }
}
