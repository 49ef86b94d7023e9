import ICLPlugins
import ICLTraining

/// A paper's experiments, what is expected of them, and its figures, as data.
public struct Paper: Hashable, Sendable {
  /// The name of its folder.
  public var name: String
  public var folder: String
  public var title: String
  public var citation: String
  public var link: String
  public var summary: String
  public var groups: [RunGroup]
  /// For all checks and figures.
  public var values: [String: NamedValue]
  public var checks: [Check]
  public var figures: [PaperFigure]
}

extension Paper {
  static let fileName = "paper.yaml"
  private static let keys = [
    "title", "citation", "link", "summary", "runs", "values", "checks", "figures",
  ]

  /// - Parameter folder: holds paper.yaml and the experiments.
  public init(reading folder: String) throws {
    let root = try PaperNode(file: "\(folder)/\(Self.fileName)")
    let fields = try root.fields(Self.keys)
    self.folder = folder
    name = folder.split(separator: "/").last.map(String.init) ?? folder
    title = try fields["title"]?.text() ?? name
    citation = try fields["citation"]?.text() ?? ""
    link = try fields["link"]?.text() ?? ""
    summary = try fields["summary"]?.text() ?? ""
    let listed =
      try fields["runs"]?.members().map {
        try RunGroup($0.value, name: $0.key, folder: folder)
      } ?? []
    groups = try listed.map { try $0.following(listed) }
    var values: [String: NamedValue] = [:]
    for (name, value) in try fields["values"]?.members() ?? [] {
      values[name] = try NamedValue(value)
    }
    self.values = values
    checks = try fields["checks"]?.elements().map { try Check($0) } ?? []
    figures = try fields["figures"]?.elements().map { try PaperFigure($0) } ?? []
    try check()
  }

  /// Everything that is named exists, and nothing has two meanings.
  private func check() throws(Failure) {
    var ids: [String: Place] = [:]
    for (id, place) in checks.map({ ($0.id, $0.place) }) + figures.map({ ($0.id, $0.place) }) {
      if let other = ids.updateValue(place, forKey: id) {
        throw Failure(
          .configuration, key: place.description, "'\(id)' is also the id at line \(other.line).",
          hint: "Checks and figures of a paper have different ids.")
      }
    }
    for value in values.values { try check(value, names: Set(values.keys)) }
    for check in checks {
      let names = Set(values.keys).union(check.values.keys)
      for value in check.values.values { try self.check(value, names: names) }
      for form in [check.form, check.quick] {
        try form.measure.check(names: names)
        if case .measured(let formula) = form.expected { try formula.check(names: names) }
      }
      if let figure = check.figure, !figures.contains(where: { $0.id == figure }) {
        throw Failure(
          .configuration, key: check.place.description, "there is no figure '\(figure)'.",
          hint: hint(figure, figures.map(\.id)))
      }
    }
    for figure in figures {
      for formula in figure.formulas { try formula.check(names: Set(values.keys)) }
    }
  }

  private func check(_ value: NamedValue, names: Set<String>) throws(Failure) {
    if case .formula(let formula) = value.source { try formula.check(names: names) }
    guard let name = value.group else { return }
    guard let group = groups.first(where: { $0.name == name }) else {
      throw Failure(
        .configuration, key: value.place.description, "there is no group of runs '\(name)'.",
        hint: hint(name, groups.map(\.name)))
    }
    let keys = Set(group.variations.joined().map(\.key))
    for setting in value.only where !keys.contains(setting.key) {
      throw Failure(
        .configuration, key: value.place.description,
        "'\(setting.key)' does not vary in the group '\(name)'.",
        hint: hint(setting.key, keys.sorted()))
    }
  }

  private func hint(_ name: String, _ known: [String]) -> String {
    if let nearest = nearestName(to: name, among: known) { return "Did you mean '\(nearest)'?" }
    return known.isEmpty ? "" : "There are: \(known.joined(separator: ", "))."
  }
}

extension NamedValue {
  /// The variations that it takes; all where it is empty.
  var only: [RunGroup.Setting] {
    switch source {
    case .series(_, _, let only), .parameter(_, _, let only): only
    case .formula, .numbers: []
    }
  }
}

extension Formula {
  func check(names: Set<String>) throws(Failure) {
    do { try expression.check(names: names) } catch { throw place.locating(error) }
  }
}
