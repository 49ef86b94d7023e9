import ICLTraining

extension PaperFigure {
  private static let keys = ["id", "title", "must-be-seen", "columns", "panels", "quick"]

  init(_ node: PaperNode) throws {
    let fields = try node.fields(Self.keys)
    guard let id = fields["id"] else { throw node.failure("the figure has no 'id'.") }
    guard let seen = fields["must-be-seen"] else {
      throw node.failure("the figure has no 'must-be-seen'.")
    }
    self.id = try id.text()
    title = try fields["title"]?.text() ?? self.id
    mustBeSeen = try seen.text()
    columns = try fields["columns"]?.whole()
    panels = try fields["panels"]?.elements().map { try Panel($0) } ?? []
    isOnlyFull = try fields["quick"].map { try !$0.boolean() } ?? false
    place = node.place
    guard !panels.isEmpty else { throw node.failure("the figure has no panels.") }
  }
}

extension PaperFigure.Panel {
  init(_ node: PaperNode) throws {
    let fields = try node.fields(["title", "x", "y", "lines", "reference", "heat-map"])
    title = try fields["title"]?.text() ?? ""
    x = try PaperFigure.Axis(fields["x"], label: "step")
    y = try PaperFigure.Axis(fields["y"], label: "")
    curves = try fields["lines"]?.elements().map { try PaperFigure.Curve($0) } ?? []
    references =
      try fields["reference"].map { node in
        try node.isList && node.elements().allSatisfy(\.isMapping)
          ? node.elements().map { try PaperFigure.Reference($0) } : [PaperFigure.Reference(node)]
      } ?? []
    heatMap = try fields["heat-map"].map { try PaperFigure.HeatMap($0) }
    guard heatMap == nil || curves.isEmpty else {
      throw node.failure("a panel has lines or a heat map, not both.")
    }
    guard heatMap != nil || x.names.isEmpty && y.names.isEmpty else {
      throw node.failure("'names' are those of a heat map's rows or columns.")
    }
    guard heatMap != nil || !curves.isEmpty else {
      throw node.failure("expected 'lines' or 'heat-map'.")
    }
  }
}

extension PaperFigure.Axis {
  /// A text is a label.
  init(_ node: PaperNode?, label: String) throws {
    self.label = label
    scale = .linear
    guard let node else { return }
    if node.isScalar {
      self.label = try node.text()
    } else {
      let fields = try node.fields(["label", "scale", "from", "to", "names"])
      self.label = try fields["label"]?.text() ?? label
      scale = try fields["scale"]?.choice(Scale.self) ?? .linear
      from = try fields["from"]?.number()
      to = try fields["to"]?.number()
      names = try fields["names"]?.elements().map { try $0.text() } ?? []
    }
  }
}

extension PaperFigure.Curve {
  /// A text is a formula.
  init(_ node: PaperNode) throws {
    style = .line
    runs = .each
    label = ""
    isTheory = false
    if node.isScalar {
      formula = try Formula(try node.text(), at: node.place)
    } else {
      let fields = try node.fields(["of", "against", "label", "style", "runs", "theory"])
      guard let of = fields["of"] else { throw node.failure("expected 'of': a formula.") }
      formula = try Formula(try of.text(), at: of.place)
      against = try fields["against"].map { try Formula(try $0.text(), at: $0.place) }
      label = try fields["label"]?.text() ?? ""
      isTheory = try fields["theory"]?.boolean() ?? false
      style = try fields["style"]?.choice(Style.self) ?? (isTheory ? .dashed : .line)
      runs = try fields["runs"]?.choice(Runs.self) ?? .each
    }
  }
}

extension PaperFigure.Reference {
  /// A text is a formula, a list its values.
  init(_ node: PaperNode) throws {
    label = ""
    direction = .horizontal
    if node.isMapping {
      let fields = try node.fields(["at", "label", "direction"])
      guard let place = fields["at"] else { throw node.failure("expected 'at': a formula.") }
      at = try Self.formula(place)
      label = try fields["label"]?.text() ?? ""
      direction = try fields["direction"]?.choice(Direction.self) ?? .horizontal
    } else {
      at = try Self.formula(node)
    }
  }

  private static func formula(_ node: PaperNode) throws -> Formula {
    guard node.isList else { return try Formula(try node.text(), at: node.place) }
    let texts = try node.elements().map { try $0.text() }
    return try Formula("[\(texts.joined(separator: ", "))]", at: node.place)
  }
}

extension PaperFigure.HeatMap {
  init(_ node: PaperNode) throws {
    label = ""
    isSigned = true
    if node.isScalar {
      formula = try Formula(try node.text(), at: node.place)
    } else {
      let fields = try node.fields(["of", "label", "signed"])
      guard let of = fields["of"] else { throw node.failure("expected 'of': a formula.") }
      formula = try Formula(try of.text(), at: of.place)
      label = try fields["label"]?.text() ?? ""
      isSigned = try fields["signed"]?.boolean() ?? true
    }
  }
}
