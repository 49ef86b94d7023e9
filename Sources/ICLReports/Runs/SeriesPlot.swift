/// What to draw of some runs, and the figure of it.
public struct SeriesPlot: Sendable {
  public var groups: [RunGroup]
  /// "step"; or an axis of an array ("context-length"); or another series, which is then paired with
  /// y by step. Nil is steps for numbers, and its own axis for an array.
  public var x: String?
  public var ys: [String]
  public var showsTheory = false
  public var hasLogX = false
  public var hasLogY = false
  /// Of arrays; nil is the last one that was measured.
  public var step: Int?
  public var title = ""

  public init(_ groups: [RunGroup], x: String? = nil, y: [String]) {
    self.groups = groups
    self.x = x
    ys = y
  }

  /// Several runs of one group give their mean with a band of its standard error.
  public func figure() throws(UnknownSeries) -> Figure {
    var marks: [Mark] = []
    var xLabel = "step"
    var names: [String] = []
    var oracles = OracleLines()
    for typed in ys {
      let name = try fullName(typed)
      names.append(name)
      if let matrix = matrixFigure(name) { return matrix }
      for group in groups {
        let (curve, axis) = try self.curve(name, of: group)
        guard let curve else { continue }
        xLabel = axis
        let title = self.label(of: name, group)
        let isTheory = SeriesName.isTheory(name)
        marks.append(
          .line(
            Line(
              title, x: curve.x, y: curve.y, standardErrors: curve.standardErrors,
              kind: isTheory ? .theory : .measured)))
        if showsTheory && !isTheory {
          if let line = try theory(name, title, group) { marks.append(.line(line)) }
          if let oracle = SeriesName.oracle(of: name),
            let curve = try self.curve(oracle, of: group).0
          {
            oracles.add(curve, of: title, label: title == "measured" ? "" : title)
          }
        }
      }
    }
    marks += oracles.marks(beside: marks.colouredNames)
    if !marks.contains(where: \.isDrawn) { throw nothing(names) }
    let yLabel = names.count == 1 ? SeriesName.spoken(names[0]) : SeriesName.shared(names)
    return Figure(
      title: title,
      panels: [
        Panel(
          x: Axis(xLabel, scale: hasLogX ? .logarithmic : .linear),
          y: Axis(yLabel, scale: hasLogY ? .logarithmic : .linear), marks: marks)
      ])
  }

  private var known: [String] {
    var seen: Set<String> = []
    return groups.flatMap(\.runs).flatMap(\.names).filter { seen.insert($0).inserted }
  }

  private func fullName(_ typed: String) throws(UnknownSeries) -> String {
    for run in groups.flatMap(\.runs) {
      guard let name = run.fullName(typed) else { continue }
      let (base, indices) = SeriesName.split(name)
      if indices.isEmpty || run[base]?.element(indices) != nil { return name }
    }
    var detail: String?
    let (base, indices) = SeriesName.split(typed)
    if !indices.isEmpty, let run = groups.first?.runs.first, let name = run.fullName(base),
      let quantity = run[name]
    {
      detail =
        "'\(name)' has no element \(indices): "
        + (quantity.shape.isEmpty
          ? "it is one number"
          : "its shape is \(quantity.shape), counted from \(quantity.firstIndex)")
    }
    throw UnknownSeries(name: typed, known: known, detail: detail)
  }

  /// Series that are there, and have no finite number or nothing at the step.
  private func nothing(_ names: [String]) -> UnknownSeries {
    let name = names.first ?? ""
    guard let step, let quantity = groups.flatMap(\.runs).lazy.compactMap({ $0[name] }).first else {
      return UnknownSeries(name: name, known: known, detail: "'\(name)' has no finite number")
    }
    let steps = quantity.steps.prefix(20).map { "\($0)" }.joined(separator: ", ")
    let more = quantity.steps.count > 20 ? ", …" : ""
    return UnknownSeries(
      name: name, known: known,
      detail: "'\(name)' was not measured at step \(step); it was at \(steps)\(more)")
  }

  private func curve(
    _ name: String, of group: RunGroup
  ) throws(UnknownSeries) -> (Curve?, axis: String) {
    let quantity = group.runs.lazy.compactMap { $0[name] }.first
    if let quantity, quantity.shape.count == 1 {
      return (Curve.mean(group.runs.compactMap { $0.profile(name, at: step) }), quantity.axes[0])
    }
    let curves = group.runs.compactMap { $0.curve(name) }
    guard let x, x != "step" else { return (Curve.mean(curves), "step") }
    let across = try fullName(x)
    // Pairs by step; a mean over runs has one place for each step too.
    guard let y = Curve.mean(curves),
      let other = Curve.mean(group.runs.compactMap { $0.curve(across) })
    else { return (nil, SeriesName.spoken(across)) }
    let places = Dictionary(zip(other.x, other.y)) { _, last in last }
    let shared = y.x.indices.filter { places[y.x[$0]] != nil }
    return (
      Curve(
        x: shared.map { places[y.x[$0]] ?? .nan }, y: shared.map { y.y[$0] },
        standardErrors: y.standardErrors.map { errors in shared.map { errors[$0] } }),
      SeriesName.spoken(across)
    )
  }

  /// The dashed prediction of the same name.
  private func theory(
    _ name: String, _ title: String, _ group: RunGroup
  ) throws(UnknownSeries) -> Line? {
    guard let theory = group.runs.lazy.compactMap({ $0.theoryName(of: name) }).first,
      let curve = try curve(theory, of: group).0
    else { return nil }
    return Line(title, x: curve.x, y: curve.y, kind: .theory)
  }

  private func label(of name: String, _ group: RunGroup) -> String {
    if ys.count == 1 { return groups.count == 1 ? "measured" : group.label }
    return groups.count == 1 ? name : "\(name), \(group.label)"
  }

  /// One panel for each group.
  private func matrixFigure(_ name: String) -> Figure? {
    let panels = groups.compactMap { group -> Panel? in
      guard let quantity = group.runs[0][name], quantity.shape.count == 2,
        let row = quantity.row(at: step)
      else { return nil }
      return Panel(
        title: groups.count > 1 ? group.label : "step \(quantity.steps[row])",
        columns: quantity.axes.last ?? "", rows: quantity.axes.first ?? "",
        HeatMap(
          rows: quantity.shape[0], columns: quantity.shape[1], values: quantity.values[row],
          colours: quantity.values[row].contains { $0 < 0 } ? .diverging : .sequential,
          label: SeriesName.spoken(name), firstRow: quantity.firstIndex))
    }
    return panels.isEmpty ? nil : Figure(title: title, panels: panels, panelSize: .init(220, 220))
  }
}

extension SeriesName {
  static func oracle(of name: String) -> String? {
    for ending in [".loss", ".loss_by_context_length"] where name.hasSuffix(ending) {
      return name.split(separator: ".").count == 2
        ? "\(name.prefix { $0 != "." }).oracle_\(ending.dropFirst())" : nil
    }
    return nil
  }

  /// What several names have in common at their end: "loss".
  static func shared(_ names: [String]) -> String {
    let ends = Set(names.map { $0.split(separator: ".").last ?? "" })
    return ends.count == 1 ? spoken(String(ends.first ?? "")) : "value"
  }

  /// For the side of an axis: "test loss", "loss by context length". A value that is named like its
  /// metric is said once.
  static func spoken(_ name: String) -> String {
    var parts = name.split(separator: ".")
    if parts.count == 3, parts[1] == parts[2] { parts.removeLast() }
    return String(parts.joined(separator: " ").map { $0 == "_" ? " " : $0 })
  }
}

extension Mark {
  fileprivate var isDrawn: Bool {
    if case .line(let line) = self { line.y.contains(where: \.isFinite) } else { true }
  }
}
