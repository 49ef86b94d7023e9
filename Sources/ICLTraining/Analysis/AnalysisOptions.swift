import ICLPlugins

/// An analysis with its checked options.
public struct Analysis: Hashable, Sendable {
  public let kind: AnalysisKind
  private let values: [String: OptionValue]

  /// - Parameter settings: as typed; what was not has its default.
  public init(_ kind: AnalysisKind, settings: [String: String] = [:]) throws(Failure) {
    self.kind = kind
    let table = kind.table
    let values = try failing {
      try OptionParser.values(settings, for: table, owner: kind.rawValue)
    }
    self.values = Dictionary(uniqueKeysWithValues: zip(table.map(\.name), values))
  }

  /// "chains=2 draws=500", every option.
  var text: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  func integer(_ name: String) -> Int {
    if case .integer(let value)? = values[name] { Int(value) } else { undeclared(name) }
  }

  func real(_ name: String) -> Double {
    if case .real(let value)? = values[name] { value } else { undeclared(name) }
  }

  func reals(_ name: String) -> [Double] {
    if case .reals(let value)? = values[name] { value } else { undeclared(name) }
  }

  func boolean(_ name: String) -> Bool {
    if case .boolean(let value)? = values[name] { value } else { undeclared(name) }
  }

  func text(_ name: String) -> String {
    switch values[name] {
    case .text(let value), .choice(_, let value): value
    default: undeclared(name)
    }
  }

  private func undeclared(_ name: String) -> Never {
    preconditionFailure("\(kind.rawValue) has no option \(name) of this type")
  }
}
