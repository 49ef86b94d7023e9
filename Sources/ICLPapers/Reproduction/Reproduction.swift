import ICLTraining

/// The experiments of a paper, or of one of its figures or checks, and what they show.
public struct Reproduction: Sendable {
  public let paper: Paper
  public let form: ReproductionForm
  public let checks: [Check]
  public let figures: [PaperFigure]
  /// The groups whose runs are needed, in the order of the paper.
  public let groups: [RunGroup]

  /// - Parameter part: the id of a figure, which brings its checks, or of a check; nil for all.
  public init(_ paper: Paper, part: String? = nil, form: ReproductionForm = ReproductionForm()) {
    self.paper = paper
    self.form = form
    let isWanted = { (isOnlyFull: Bool) in !form.isQuick || !isOnlyFull }
    if let part {
      // What is asked for by name is done, also where the short form would leave it out.
      checks = paper.checks.filter { $0.id == part || $0.figure == part && isWanted($0.isOnlyFull) }
      figures = paper.figures.filter { $0.id == part }
    } else {
      let leftOut = Set(paper.groups.filter { !isWanted($0.isOnlyFull) }.map(\.name))
      checks = paper.checks.filter {
        isWanted($0.isOnlyFull) && leftOut.isDisjoint(with: paper.groups(of: $0, form))
      }
      figures = paper.figures.filter {
        isWanted($0.isOnlyFull) && leftOut.isDisjoint(with: paper.groups(of: $0))
      }
    }
    var needed: Set<String> = []
    for check in checks { needed.formUnion(paper.groups(of: check, form)) }
    for figure in figures { needed.formUnion(paper.groups(of: figure)) }
    for group in paper.groups where needed.contains(group.name) {
      if let analysis = group.analysis { needed.insert(analysis.group) }
    }
    groups = paper.groups.filter { needed.contains($0.name) }
  }

  /// Without analyses, which are made of runs.
  public var runs: [PlannedRun] {
    groups.filter { $0.analysis == nil }.flatMap { $0.runs(in: form).flatMap { $0 } }
  }

  /// Seconds that it takes here if no run has been done; nil where that is not known.
  public func seconds(_ times: PaperTimes) -> Double? {
    times.seconds(Set(groups.map(\.name)), form)
  }
}

extension Paper {
  func groups(of check: Check, _ form: ReproductionForm) -> Set<String> {
    let reader = ValueReader(values(of: check)) { _ in [] }
    let chosen = check.form(form)
    var groups = reader.groups(of: chosen.measure)
    if case .measured(let formula) = chosen.expected {
      groups.formUnion(reader.groups(of: formula))
    }
    return groups
  }

  func groups(of figure: PaperFigure) -> Set<String> {
    let reader = ValueReader(values) { _ in [] }
    return figure.formulas.reduce(into: []) { $0.formUnion(reader.groups(of: $1)) }
  }

  /// The paper's, and those of the check, which count first.
  func values(of check: Check) -> [String: NamedValue] {
    values.merging(check.values) { $1 }
  }
}
