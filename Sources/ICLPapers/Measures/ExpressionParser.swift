import ICLTraining

/// Reads a formula by recursive descent; from loose to tight: comparisons, sums, products, signs,
/// powers (to the right), subscripts.
struct ExpressionParser {
  private let tokens: [ExpressionToken]
  private var place = 0

  init(_ text: String) throws(Failure) { tokens = try ExpressionToken.all(in: text) }

  mutating func whole() throws(Failure) -> Expression {
    let expression = try comparison()
    guard token.kind == .end else { throw unexpected("the end, or an operator") }
    return expression
  }

  private var token: ExpressionToken { tokens[place] }

  private mutating func take(_ symbols: String...) -> String? {
    guard case .symbol(let symbol) = token.kind, symbols.contains(symbol) else { return nil }
    place += 1
    return symbol
  }

  private mutating func expect(_ symbol: String) throws(Failure) {
    guard take(symbol) != nil else { throw unexpected("'\(symbol)'") }
  }

  private func unexpected(_ expected: String) -> Failure {
    let found =
      switch token.kind {
      case .number(let number): "\(number)"
      case .name(let name), .symbol(let name): "'\(name)'"
      case .end: "the end"
      }
    return .expression("expected \(expected), found \(found).", token.column)
  }

  private mutating func comparison() throws(Failure) -> Expression {
    let column = token.column
    var parts = [try sum()]
    var relations: [Expression.Relation] = []
    while let symbol = take("<", "<=", ">", ">=", "=="),
      let relation = Expression.Relation(rawValue: symbol)
    {
      relations.append(relation)
      parts.append(try sum())
    }
    return relations.isEmpty
      ? parts[0] : Expression(kind: .comparison(parts, relations), column: column)
  }

  private mutating func sum() throws(Failure) -> Expression {
    var left = try product()
    while let symbol = take("+", "-"), let sign = Expression.Operator(rawValue: symbol) {
      left = Expression(kind: .binary(sign, left, try product()), column: left.column)
    }
    return left
  }

  private mutating func product() throws(Failure) -> Expression {
    var left = try signed()
    while let symbol = take("*", "/"), let sign = Expression.Operator(rawValue: symbol) {
      left = Expression(kind: .binary(sign, left, try signed()), column: left.column)
    }
    return left
  }

  private mutating func signed() throws(Failure) -> Expression {
    let column = token.column
    if take("-") != nil { return Expression(kind: .negation(try signed()), column: column) }
    let base = try part()
    guard take("^") != nil else { return base }
    return Expression(kind: .binary(.power, base, try signed()), column: column)
  }

  private mutating func part() throws(Failure) -> Expression {
    var expression = try primary()
    while take("[") != nil {
      var subscripts = [try element()]
      while take(",") != nil { subscripts.append(try element()) }
      try expect("]")
      expression = Expression(kind: .index(expression, subscripts), column: expression.column)
    }
    return expression
  }

  /// 3, 0..4 or *
  private mutating func element() throws(Failure) -> Expression.Subscript {
    if take("*") != nil { return .all }
    let first = try whole(named: "a place, a range such as 0..3, or '*'")
    guard take("..") != nil else { return .one(first) }
    return .range(first, try whole(named: "the last place of the range"))
  }

  private mutating func whole(named name: String) throws(Failure) -> Int {
    guard case .number(let number) = token.kind, let whole = Int(exactly: number) else {
      throw unexpected(name)
    }
    place += 1
    return whole
  }

  private mutating func primary() throws(Failure) -> Expression {
    let (kind, column) = (token.kind, token.column)
    switch kind {
    case .number(let number):
      place += 1
      return Expression(kind: .number(number), column: column)
    case .name(let name):
      place += 1
      guard take("(") != nil else { return Expression(kind: .name(name), column: column) }
      return Expression(kind: .call(name, try list(until: ")")), column: column)
    case .symbol("("):
      place += 1
      let inner = try comparison()
      try expect(")")
      return inner
    case .symbol("["):
      place += 1
      return Expression(kind: .list(try list(until: "]")), column: column)
    default:
      throw unexpected("a number, a name, '(' or '['")
    }
  }

  private mutating func list(until end: String) throws(Failure) -> [Expression] {
    var parts: [Expression] = []
    guard take(end) == nil else { return parts }
    repeat { parts.append(try comparison()) } while take(",") != nil
    try expect(end)
    return parts
  }
}
