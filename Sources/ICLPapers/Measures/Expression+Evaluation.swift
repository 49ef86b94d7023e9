import Glibc
import ICLPlugins
import ICLTraining

extension Expression {
  /// Refuses functions that do not exist, wrong counts of arguments, and names that nobody gave.
  func check(names known: Set<String>) throws(Failure) {
    switch kind {
    case .number: break
    case .name(let name): try Self.check(name, column, among: known)
    case .list(let parts), .comparison(let parts, _):
      for part in parts { try part.check(names: known) }
    case .negation(let part), .index(let part, _): try part.check(names: known)
    case .binary(_, let left, let right):
      try left.check(names: known)
      try right.check(names: known)
    case .call(let name, let arguments):
      try check(call: name, arguments)
      for argument in arguments { try argument.check(names: known) }
    }
  }

  private func check(call name: String, _ arguments: [Expression]) throws(Failure) {
    guard let function = Function.all[name] else {
      let nearest = nearestName(to: name, among: Array(Function.all.keys))
      throw .expression(
        "there is no function '\(name)'.", column,
        hint: nearest.map { "Did you mean '\($0)'?" } ?? "They are listed in docs/reproduce.md.")
    }
    guard function.accepts.contains(arguments.count) else {
      throw .expression(
        "\(name)(\(function.parameters.joined(separator: ", "))) was given "
          + "\(arguments.count) arguments.", column)
    }
  }

  private static func check(
    _ name: String, _ column: Int, among known: Set<String>
  ) throws(Failure) {
    guard !known.contains(name) else { return }
    let parts = name.split(separator: "-").map(String.init)
    let isDifference = parts.count > 1 && parts.allSatisfy(known.contains)
    let hint =
      isDifference
      ? "For a difference, write spaces: '\(parts.joined(separator: " - "))'."
      : nearestName(to: name, among: Array(known)).map { "Did you mean '\($0)'?" }
        ?? (known.isEmpty
          ? "Name it under values, or under the check's from."
          : "There are: \(known.sorted().joined(separator: ", ")).")
    throw .expression("there is no value '\(name)'.", column, hint: hint)
  }

  /// - Parameter lookUp: the value of a name.
  func value(_ lookUp: (String) throws -> Value) throws -> Value {
    switch kind {
    case .number(let number): return Value(Quantity(number))
    case .name(let name): return try lookUp(name)
    case .list(let parts):
      var values = try parts.map { try $0.value(lookUp) }
      guard let first = values.first else { return Value(Quantity([])) }
      values.removeFirst()
      var whole = try first.map { try Quantity.stacked([$0]) }
      for value in values {
        whole = try whole.combined(with: value) { list, element in
          let places = list.shape[0]
          let parts = try (0..<places).map { try list[[.one($0)]] }
          return try Quantity.stacked(parts + [element])
        }
      }
      return whole
    case .call(let name, let arguments):
      let values = try arguments.map { try $0.value(lookUp) }
      guard let function = Function.all[name] else {
        throw Failure.expression("there is no function '\(name)'.", column)
      }
      return try located { try function.apply(values) }
    case .negation(let part): return try part.value(lookUp).map { $0.map { -$0 } }
    case .binary(let sign, let left, let right):
      let (a, b) = (try left.value(lookUp), try right.value(lookUp))
      return try located { try a.combined(with: b) { try $0.combined(with: $1, sign.apply) } }
    case .comparison(let parts, let relations):
      let values = try parts.map { try $0.value(lookUp) }
      var whole: Value?
      for (place, relation) in relations.enumerated() {
        let next = try located {
          try values[place].combined(with: values[place + 1]) {
            var holds = try $0.combined(with: $1, relation.apply)
            holds.errors = nil
            return holds
          }
        }
        whole = try whole?.combined(with: next) { try $0.combined(with: $1, *) } ?? next
      }
      return whole ?? values[0]
    case .index(let part, let subscripts):
      let value = try part.value(lookUp)
      return try located { try value.map { try $0[subscripts] } }
    }
  }

  /// Errors that say nothing of where get this column.
  private func located<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as Failure where failure.key.isEmpty {
      guard !failure.message.contains("(column ") else { throw failure }
      throw Failure.expression(failure.message, column, hint: failure.hint)
    }
  }
}

extension Expression.Operator {
  @Sendable func apply(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: pow(a, b)
    }
  }
}

extension Expression.Relation {
  @Sendable func apply(_ a: Double, _ b: Double) -> Double {
    let holds =
      switch self {
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      case .equal: a == b
      }
    return holds ? 1 : 0
  }
}
