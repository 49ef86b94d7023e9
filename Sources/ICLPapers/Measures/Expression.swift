import ICLTraining

/// A formula over named values, such as `median(crossing(loss, 0.82))`.
public struct Expression: Hashable, Sendable {
  public indirect enum Kind: Hashable, Sendable {
    case number(Double)
    case list([Expression])
    case name(String)
    case call(String, [Expression])
    case negation(Expression)
    case binary(Operator, Expression, Expression)
    /// a < b <= c
    case comparison([Expression], [Relation])
    case index(Expression, [Subscript])
  }

  public enum Operator: String, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
  }

  public enum Relation: String, Hashable, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
  }

  public enum Subscript: Hashable, Sendable {
    case one(Int)
    /// Both ends belong to it.
    case range(Int, Int)
    case all
  }

  public var kind: Kind
  /// From 1.
  public var column: Int
}

extension Expression {
  /// The names of values that it reads.
  public var names: Set<String> {
    switch kind {
    case .number: []
    case .name(let name): [name]
    case .list(let parts), .call(_, let parts), .comparison(let parts, _):
      parts.reduce(into: []) { $0.formUnion($1.names) }
    case .negation(let part), .index(let part, _): part.names
    case .binary(_, let left, let right): left.names.union(right.names)
    }
  }
}

/// A formula as it stands in a file.
public struct Formula: Hashable, Sendable {
  public let text: String
  public let place: Place
  public let expression: Expression

  public init(
    _ text: String, at place: Place = Place(file: "", line: 0, path: "")
  ) throws(Failure) {
    self.text = text
    self.place = place
    do throws(Failure) {
      var parser = try ExpressionParser(text)
      expression = try parser.whole()
    } catch {
      throw place.locating(error)
    }
  }
}
