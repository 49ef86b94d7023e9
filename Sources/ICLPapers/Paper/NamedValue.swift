import ICLTraining

/// Where a named value of a paper comes from.
public struct NamedValue: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// A series that runs of a group recorded.
    case series(group: String, name: String, only: [RunGroup.Setting])
    /// A parameter in the checkpoints of a group's runs.
    case parameter(group: String, name: String, only: [RunGroup.Setting])
    /// Made of other values.
    case formula(Formula)
    case numbers(Quantity)
  }

  public var source: Source
  public var place: Place

  public init(_ source: Source, at place: Place) {
    self.source = source
    self.place = place
  }
}

extension NamedValue {
  /// A text is a formula; a number or list is itself; keys say what of which runs.
  init(_ node: PaperNode) throws {
    place = node.place
    if node.isList {
      source = .numbers(try node.quantity())
    } else if node.isScalar {
      source = .formula(try Formula(try node.text(), at: node.place))
    } else {
      let fields = try node.fields(["run", "series", "parameter", "where"])
      guard let group = fields["run"] else {
        throw node.failure("expected 'run': a group of runs.")
      }
      let only = try fields["where"].map(RunGroup.settings) ?? []
      switch (fields["series"], fields["parameter"]) {
      case (let name?, nil):
        source = .series(group: try group.text(), name: try name.text(), only: only)
      case (nil, let name?):
        source = .parameter(group: try group.text(), name: try name.text(), only: only)
      default: throw node.failure("expected one of 'series' and 'parameter'.")
      }
    }
  }

  var group: String? {
    switch source {
    case .series(let group, _, _), .parameter(let group, _, _): group
    case .formula, .numbers: nil
    }
  }
}
