import ICLTraining

/// Something that a paper says, or that follows from it, and how it is measured.
public struct Check: Hashable, Sendable {
  public enum Source: String, Hashable, Sendable, CaseIterable {
    /// Stands in the paper, or was read off its figures.
    case published
    /// The paper's theory, computed.
    case theory
    /// Ours, from the paper's definitions.
    case derivation
  }

  /// Measure, expectation and tolerance; those of the short form may differ.
  public struct Form: Hashable, Sendable {
    public var measure: Formula
    public var expected: Expectation
    public var tolerance: Tolerance
  }

  public var id: String
  public var title: String
  public var source: Source
  public var form: Form
  public var quick: Form
  /// Whether the short form leaves it out.
  public var isOnlyFull: Bool
  /// Values for this check alone.
  public var values: [String: NamedValue]
  /// The figure that it belongs to.
  public var figure: String?
  public var note: String
  /// Why it does not hold, where that was shown: a claim that is wrong, and not a gap of ours.
  public var disproof: String?
  public var place: Place
}

extension Check {
  private static let keys = [
    "id", "title", "source", "from", "measure", "expected", "tolerance", "figure", "note", "fails",
    "quick",
  ]

  init(_ node: PaperNode) throws {
    let fields = try node.fields(Self.keys)
    let required = { (key: String) throws(Failure) -> PaperNode in
      guard let field = fields[key] else { throw node.failure("the check has no '\(key)'.") }
      return field
    }
    place = node.place
    id = try required("id").text()
    title = try required("title").text()
    source = try required("source").choice(Source.self)
    figure = try fields["figure"]?.text()
    note = try fields["note"]?.text() ?? ""
    disproof = try fields["fails"]?.text()
    var values: [String: NamedValue] = [:]
    for (name, value) in try fields["from"]?.members() ?? [] {
      values[name] = try NamedValue(value)
    }
    self.values = values
    let measure = try required("measure")
    form = Form(
      measure: try Formula(try measure.text(), at: measure.place),
      expected: try Expectation(try required("expected")),
      tolerance: try fields["tolerance"].map { try Tolerance($0) } ?? Tolerance())
    quick = form
    isOnlyFull = false
    if let short = fields["quick"] {
      if short.isScalar {
        isOnlyFull = try !short.boolean()
      } else {
        let fields = try short.fields(["measure", "expected", "tolerance"])
        if let node = fields["measure"] {
          quick.measure = try Formula(try node.text(), at: node.place)
        }
        if let node = fields["expected"] { quick.expected = try Expectation(node) }
        if let node = fields["tolerance"] { quick.tolerance = try Tolerance(node) }
      }
    }
  }

  public func form(_ form: ReproductionForm) -> Form { form.isQuick ? quick : self.form }
}
