import ICLTraining

/// What a check expects of its measure.
public enum Expectation: Hashable, Sendable {
  /// A number, list or table, with standard errors where they were published.
  case values(Quantity)
  case range(least: Double?, most: Double?)
  /// That the measure, a comparison, is true everywhere.
  case holds
  /// What another formula gives, such as a theory's value.
  case measured(Formula)
}

extension Expectation {
  init(_ node: PaperNode) throws {
    if node.isList {
      self = .values(try node.quantity())
    } else if node.isScalar {
      switch try node.text() {
      case "true", "yes": self = .holds
      default: self = .values(try node.quantity())
      }
    } else {
      let fields = try node.fields(
        ["at-least", "at-most", "measure", "value", "standard-error"])
      if let formula = fields["measure"] {
        self = .measured(try Formula(try formula.text(), at: formula.place))
      } else if let value = fields["value"] {
        var quantity = try value.quantity()
        if let error = fields["standard-error"] {
          let errors = try error.quantity()
          guard errors.values.count == 1 || errors.shape == quantity.shape else {
            throw error.failure("expected one standard error, or one for each value.")
          }
          quantity.errors = quantity.values.indices.map {
            errors.values[errors.values.count == 1 ? 0 : $0]
          }
        }
        self = .values(quantity)
      } else {
        let (least, most) = (try fields["at-least"]?.number(), try fields["at-most"]?.number())
        guard least != nil || most != nil else {
          throw node.failure("expected 'at-least', 'at-most', 'value' or 'measure'.")
        }
        self = .range(least: least, most: most)
      }
    }
  }
}
