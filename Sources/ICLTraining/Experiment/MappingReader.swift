import ICLPlugins

/// Reads a mapping key by key, and refuses what nobody asked for.
struct MappingReader {
  let path: String
  let origin: ValueOrigin
  private let entries: [Written.Entry]
  private var known: [String] = []

  /// - Parameter expected: "when, on what and how often", for the error where it is no mapping.
  init(_ written: Written, path: String, expected: String) throws(Failure) {
    guard case .mapping(let entries) = written.value else {
      throw Failure(
        .configuration, key: written.origin.key(path),
        "expected \(expected), found \(written.kind).")
    }
    self.path = path
    self.entries = entries
    origin = written.origin
  }

  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The value of a key; nil if it is not there or nothing.
  mutating func take(_ key: String) -> Written? {
    known.append(key)
    let found = entries.first { $0.key == key }?.value
    return found.flatMap { $0.isNothing ? nil : $0 }
  }

  /// Everything that was not taken, if any key may be there.
  mutating func takeRest() -> [Written.Entry] {
    let rest = entries.filter { !known.contains($0.key) }
    known += rest.map(\.key)
    return rest.filter { !$0.value.isNothing }
  }

  /// Refuses keys that were not taken.
  func finish() throws(Failure) {
    guard let stranger = entries.first(where: { !known.contains($0.key) }) else { return }
    throw Failure(
      .configuration, key: stranger.origin.key(path(of: stranger.key)), "there is no such key.",
      hint: nearestName(to: stranger.key, among: known).map { "Did you mean '\($0)'?" }
        ?? "The keys are: \(known.joined(separator: ", ")).")
  }
}

// MARK: Values

extension MappingReader {
  mutating func text(_ key: String) throws(Failure) -> (text: String, origin: ValueOrigin)? {
    guard let written = take(key) else { return nil }
    guard case .scalar(let text, _) = written.value else {
      throw refusal(written, key, "a text")
    }
    return (text, written.origin)
  }

  mutating func wholeNumber(
    _ key: String, _ range: ClosedRange<Int> = 1...1_000_000_000_000
  ) throws(Failure) -> Int? {
    guard let written = take(key) else { return nil }
    return try wholeNumber(written, key, range)
  }

  mutating func wholeNumbers(
    _ key: String, _ range: ClosedRange<Int>
  ) throws(Failure) -> [Int]? {
    guard let written = take(key) else { return nil }
    guard case .list(let items) = written.value, !items.isEmpty else {
      throw refusal(written, key, "a list of whole numbers, such as [0, 10, 100]")
    }
    var numbers: [Int] = []
    for (index, item) in items.enumerated() {
      numbers.append(try wholeNumber(item, "\(key)[\(index)]", range))
    }
    return numbers
  }

  mutating func flag(_ key: String) throws(Failure) -> Bool? {
    guard let written = take(key) else { return nil }
    switch written.value {
    case .scalar("true", false): return true
    case .scalar("false", false): return false
    default: throw refusal(written, key, "true or false")
    }
  }

  private func wholeNumber(
    _ written: Written, _ key: String, _ range: ClosedRange<Int>
  ) throws(Failure) -> Int {
    guard case .scalar(let text, false) = written.value, let number = Int(text),
      range.contains(number)
    else {
      throw refusal(
        written, key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func refusal(_ written: Written, _ key: String, _ expected: String) -> Failure {
    var found = written.kind
    if case .scalar(let text, true) = written.value { found = "the text \"\(text)\"" }
    return Failure(
      .configuration, key: written.origin.key(path(of: key)), "expected \(expected), found \(found).")
  }
}

extension Written {
  /// The value of an option: a scalar, or a list of numbers, as a user would type it.
  func setting(_ path: String) throws(Failure) -> Setting {
    switch value {
    case .scalar(let text, let isQuoted): return Setting(text, origin: origin, isQuoted: isQuoted)
    case .list(let items):
      var texts: [String] = []
      for (index, item) in items.enumerated() {
        guard case .scalar(let text, false) = item.value else {
          throw Failure(
            .configuration, key: item.origin.key("\(path)[\(index)]"),
            "expected a number, found \(item.kind).")
        }
        texts.append(text)
      }
      return Setting(texts.joined(separator: ","), origin: origin)
    case .mapping, .nothing:
      throw Failure(
        .configuration, key: origin.key(path), "expected the value of an option, found \(kind).")
    }
  }
}
