internal import Glibc

/// A formula of a manifest, such as `(pairs + 1) * input-dimension`, in Double.
///
/// Numbers, names, + - * /, <, parentheses, and min, max, sqrt, exp, log, floor, if(condition, a, b).
/// A hyphen between letters belongs to the name: a minus sign has spaces around it.
indirect enum ForeignExpression: Hashable, Sendable {
  case number(Double)
  case name(String)
  case binary(Character, ForeignExpression, ForeignExpression)
  case call(String, [ForeignExpression])

  static let functions = ["min": 2, "max": 2, "sqrt": 1, "exp": 1, "log": 1, "floor": 1, "if": 3]

  /// The names that it reads.
  var names: Set<String> {
    switch self {
    case .number: []
    case .name(let name): [name]
    case .binary(_, let left, let right): left.names.union(right.names)
    case .call(_, let operands): operands.reduce(into: []) { $0.formUnion($1.names) }
    }
  }

  /// nil where a name has no value.
  func value(_ values: [String: Double]) -> Double? {
    switch self {
    case .number(let number): return number
    case .name(let name): return values[name]
    case .binary(let operation, let left, let right):
      guard let a = left.value(values), let b = right.value(values) else { return nil }
      switch operation {
      case "+": return a + b
      case "-": return a - b
      case "*": return a * b
      case "/": return a / b
      default: return a < b ? 1 : 0
      }
    case .call("if", let operands):
      // Only what is chosen needs a value.
      guard let condition = operands[0].value(values) else { return nil }
      return operands[condition != 0 ? 1 : 2].value(values)
    case .call(let function, let operands):
      let numbers = operands.compactMap { $0.value(values) }
      guard numbers.count == operands.count else { return nil }
      switch function {
      case "min": return min(numbers[0], numbers[1])
      case "max": return max(numbers[0], numbers[1])
      case "sqrt": return numbers[0].squareRoot()
      case "exp": return Glibc.exp(numbers[0])
      case "log": return Glibc.log(numbers[0])
      default: return numbers[0].rounded(.down)
      }
    }
  }
}

extension ForeignExpression {
  /// What is wrong with a formula, as the end of a sentence.
  struct Mistake: Error { var message: String }

  init(_ text: String) throws(Mistake) {
    var parser = Parser(Array(text))
    self = try parser.comparison()
    parser.skipSpaces()
    guard parser.next == nil else {
      throw Mistake(message: "'\(parser.next!)' is not expected in '\(text)'")
    }
  }

  private struct Parser {
    let characters: [Character]
    var place = 0

    init(_ characters: [Character]) { self.characters = characters }

    var next: Character? { place < characters.count ? characters[place] : nil }

    mutating func skipSpaces() { while next == " " { place += 1 } }

    mutating func take(_ wanted: String) -> Character? {
      skipSpaces()
      guard let next, wanted.contains(next) else { return nil }
      place += 1
      return next
    }

    mutating func comparison() throws(Mistake) -> ForeignExpression {
      let left = try sum()
      guard let sign = take("<") else { return left }
      return .binary(sign, left, try sum())
    }

    mutating func sum() throws(Mistake) -> ForeignExpression {
      var left = try product()
      while let sign = take("+-") { left = .binary(sign, left, try product()) }
      return left
    }

    mutating func product() throws(Mistake) -> ForeignExpression {
      var left = try factor()
      while let sign = take("*/") { left = .binary(sign, left, try factor()) }
      return left
    }

    mutating func factor() throws(Mistake) -> ForeignExpression {
      if take("-") != nil { return .binary("-", .number(0), try factor()) }
      if take("(") != nil {
        let inner = try comparison()
        guard take(")") != nil else { throw Mistake(message: "a ')' is missing") }
        return inner
      }
      skipSpaces()
      guard let first = next else { throw Mistake(message: "it ends where a value is expected") }
      if first.isNumber { return try number() }
      guard first.isLetter || first == "_" else {
        throw Mistake(message: "'\(first)' is not expected")
      }
      let name = word()
      guard take("(") != nil else { return .name(name) }
      guard let count = ForeignExpression.functions[name] else {
        throw Mistake(
          message: "there is no function '\(name)'; there are "
            + ForeignExpression.functions.keys.sorted().joined(separator: ", "))
      }
      var operands = [try comparison()]
      while take(",") != nil { operands.append(try comparison()) }
      guard take(")") != nil, operands.count == count else {
        throw Mistake(message: "\(name) takes \(count) values, in parentheses")
      }
      return .call(name, operands)
    }

    mutating func number() throws(Mistake) -> ForeignExpression {
      var text = ""
      while let next, next.isNumber || next == "." || next == "e" || isExponentSign(text) {
        text.append(next)
        place += 1
      }
      guard let value = Double(text) else { throw Mistake(message: "'\(text)' is no number") }
      return .number(value)
    }

    private func isExponentSign(_ text: String) -> Bool {
      text.last == "e" && (next == "-" || next == "+")
    }

    mutating func word() -> String {
      var text = ""
      while let next, next.isLetter || next.isNumber || "._".contains(next) || isHyphen {
        text.append(next)
        place += 1
      }
      return text
    }

    private var isHyphen: Bool {
      next == "-" && place + 1 < characters.count && characters[place + 1].isLetter
    }
  }
}
