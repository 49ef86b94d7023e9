import ICLTraining

extension Verdict {
  public var expectedText: String {
    switch (form.expected, outcome) {
    case (_, .compared(_, let expected, _)): Self.text(expected)
    case (.values(let expected), _): Self.text(expected)
    case (.holds, _): "true"
    case (.measured(let formula), _): formula.text
    case (.range(let least?, let most?), _): "\(least.text) to \(most.text)"
    case (.range(let least?, nil), _): "at least \(least.text)"
    case (.range(nil, let most?), _): "at most \(most.text)"
    case (.range(nil, nil), _): "anything"
    }
  }

  public var measuredText: String {
    switch outcome {
    case .refused: "not measured"
    case .compared(let measured, _, _): Self.text(measured)
    case .judged(let measured, let holds):
      if case .holds = form.expected {
        holds.contains(false) ? Self.falseText(holds) : "true"
      } else {
        Self.text(measured)
      }
    }
  }

  public var toleranceText: String {
    switch form.expected {
    case .holds, .range: ""
    case .values, .measured: form.tolerance.text
    }
  }

  /// "yes", "no", or "no, known" for a claim that was disproved.
  public var holdsText: String {
    holds ? "yes" : isAsStated ? "no, known" : "no"
  }

  /// Of a claim that was disproved, or is said to be.
  public var disproofText: String? {
    check.disproof.map { disproof in
      holds ? "holds, though '\(check.place.file)' says that it fails: \(disproof)" : disproof
    }
  }

  /// Why it does not hold; nil where it does.
  public var reason: String? {
    switch outcome {
    case .refused(let failure): return failure.description
    case .judged(_, let holds):
      guard holds.contains(false), holds.count > 1 else { return nil }
      return Self.falseText(holds)
    case .compared(let measured, let expected, let holds):
      guard let worst = worst(measured, expected, holds), holds.count > 1 else { return nil }
      let failed = holds.count { !$0 }
      return "\(failed) of \(holds.count) do not hold; the farthest, number \(worst + 1): "
        + "expected \(expected.values[worst].text), measured \(measured.values[worst].text)"
    }
  }

  /// Of those that do not hold, the farthest from what is expected, relative to that.
  private func worst(_ measured: Quantity, _ expected: Quantity, _ holds: [Bool]) -> Int? {
    let distance = { (place: Int) -> Double in
      let (a, b) = (measured.values[place], expected.values[place])
      let distance = abs(a - b) / max(abs(b), 1e-300)
      return distance.isNaN ? .infinity : distance
    }
    return holds.indices.filter { !holds[$0] }.max { distance($0) < distance($1) }
  }

  private static func falseText(_ holds: [Bool]) -> String {
    if holds.count == 1 { return "false" }
    let places = holds.indices.filter { !holds[$0] }
    return "false for \(places.count) of \(holds.count), first at number \(places[0] + 1)"
  }

  /// All numbers where they are few, otherwise the first and how many there are.
  static func text(_ quantity: Quantity) -> String {
    let count = quantity.values.count
    let texts = quantity.values.prefix(count > 5 ? 3 : 5).enumerated().map { place, value in
      value.text + (quantity.errors.map { " ± \($0[place].text(digits: 2))" } ?? "")
    }
    let list = texts.joined(separator: ", ")
    return count > 5 ? "\(list), … (\(count))" : list
  }
}

extension Double {
  func text(digits: Int) -> String {
    guard isFinite, self != 0 else { return text }
    var scale = 1.0
    var least = 1.0
    for _ in 1..<digits { least *= 10 }
    while abs(self) * scale < least, scale < 1e12 { scale *= 10 }
    return ((self * scale).rounded() / scale).text
  }
}
