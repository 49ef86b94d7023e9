extension Report {
  /// A figure of the page, and the sentence below it.
  struct Plate {
    var figure: Figure
    var caption: String
  }

  func addFigures(to page: inout XMLText) {
    let plates = [lossPlate, contextPlate, evaluationPlate].compactMap { $0 } + metricPlates
    guard !plates.isEmpty else { return }
    page.open("section")
    page.leaf("h2", [:], "Measurements")
    page.leaf(
      "p", ["class": "script-only"],
      "Point at a curve to read it, drag to zoom in, click a legend entry to hide its curve.")
    page.open("div", ["class": "plates"])
    for plate in plates {
      page.open("figure")
      page.add(markup: plate.figure.pageMarkup())
      page.leaf("figcaption", [:], plate.caption)
      addNumbers(of: plate.figure, to: &page)
      page.close()
    }
    page.close()
    page.close()
  }

  private static let size = Figure.PanelSize(360, 230)

  /// Training and test loss over the steps, with theory and oracle.
  private var lossPlate: Plate? {
    let names = ["training.loss", "test.loss"].filter { name in runs.contains { $0[name] != nil } }
    guard !names.isEmpty else { return nil }
    // Compared runs show what was measured alike; one run shows both losses.
    let shown = runs.count > 1 ? [names.last ?? ""] : names
    var plot = SeriesPlot(groups, y: shown)
    plot.showsTheory = true
    plot.hasLogY = isWide(shown)
    plot.title = "Loss during training"
    return plate(plot, "Loss after each number of optimizer steps.")
  }

  /// Loss by context length after training, beside the oracle and whatever else was recorded along
  /// context lengths.
  private var contextPlate: Plate? {
    let name = "test.loss_by_context_length"
    var marks: [Mark] = []
    var oracles = OracleLines()
    for group in groups {
      let run = group.runs[0]
      guard let curve = run.profile(name) else { continue }
      let label = runs.count > 1 ? group.label : modelName
      if let oracle = run.profile("test.oracle_loss_by_context_length") {
        oracles.add(oracle, of: label, label: label)
      }
      marks.append(
        .line(Line(label, x: curve.x, y: curve.y, standardErrors: curve.standardErrors)))
    }
    marks += oracles.marks(beside: marks.colouredNames)
    if runs.count == 1 {
      for predictor in runs[0].referencePredictors {
        guard let curve = runs[0].profile(predictor) else { continue }
        let isTheory = SeriesName.isTheory(predictor)
        marks.append(
          .line(
            Line(
              SeriesName.label(predictor), x: curve.x, y: curve.y,
              standardErrors: curve.standardErrors, kind: isTheory ? .theory : .measured)))
      }
    }
    guard !marks.isEmpty else { return nil }
    var figure = Figure(
      title: "Loss by context length",
      summary: "Loss after the last step against the number of context pairs.",
      panels: [
        Panel(
          x: Axis("context pairs", ticks: .whole),
          y: Axis("loss", scale: marks.areWide ? .logarithmic : .linear), marks: marks)
      ], panelSize: Self.size)
    if runs.count > 1 { figure.legend = .below }
    return Plate(
      figure: figure,
      caption: "Loss at each context length at the last evaluation; bands are one standard error.")
  }

  /// Other evaluations beside the main one.
  private var evaluationPlate: Plate? {
    let names = runs[0].evaluations.map { "\($0).loss" }
    guard names.count > 1, runs.count == 1 else { return nil }
    var plot = SeriesPlot(groups, y: names)
    plot.hasLogY = isWide(names)
    plot.title = "Loss in each evaluation"
    return plate(plot, "The same model evaluated in several ways.")
  }

  /// One for each value of a metric: numbers over steps, arrays at the last step.
  private var metricPlates: [Plate] {
    var seen: Set<String> = []
    let used = Set(runs.flatMap(\.alongContext))
    let names = runs.flatMap(\.names).filter { name in
      name.split(separator: ".").count > 2 && !used.contains(name) && seen.insert(name).inserted
    }
    let measured = names.filter { !SeriesName.isTheory($0) }
    let alone = names.filter { name in
      SeriesName.isTheory(name) && !measured.contains { SeriesName.isTheory(name, of: $0) }
        && !SeriesName.isTheory(name, of: "test.loss")
    }
    return (measured + alone).prefix(60).compactMap { name in
      guard let quantity = runs.lazy.compactMap({ $0[name] }).first else { return nil }
      // A single element is a number, which is drawn over the steps.
      let isNumber = quantity.shape == [1]
      var plot = SeriesPlot(groups, y: [isNumber ? "\(name)[\(quantity.firstIndex)]" : name])
      plot.showsTheory = true
      plot.title = SeriesName.label(name)
      let caption =
        switch quantity.shape.count {
        case 0: "\(name) over the optimizer steps."
        case 1 where isNumber: "\(name)[\(quantity.firstIndex)] over the optimizer steps."
        case 1: "\(name) at the last step."
        case 2: "\(name) at the last step."
        default: ""
        }
      return caption.isEmpty ? nil : plate(plot, caption)
    }
  }

  private func plate(_ plot: SeriesPlot, _ caption: String) -> Plate? {
    guard var figure = try? plot.figure() else { return nil }
    if runs.count > 1 { figure.legend = .below }
    if let name = plot.ys.first, plot.ys.count == 1, figure.panels.count == 1 {
      figure.panels[0].y.label = SeriesName.short(name)
    }
    if figure.panels.count == 1, figure.panelSize == nil { figure.panelSize = Self.size }
    if figure.panels.count > 1 {
      figure.columns = 2
      figure.panelSize = .init(130, 130)
    }
    figure.summary = caption
    return Plate(figure: figure, caption: caption)
  }

  private var modelName: String {
    runs[0].manifest.model.isEmpty ? "model" : runs[0].manifest.model
  }

  /// Values from small to more than twenty times as large.
  private func isWide(_ names: [String]) -> Bool {
    let values = runs.flatMap { run in names.flatMap { run.curve($0)?.y ?? [] } }
    return values.areWide
  }
}

extension [Double] {
  var areWide: Bool {
    let finite = filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), low > 0 else { return false }
    return high / low > 20
  }
}

extension [Mark] {
  fileprivate var areWide: Bool {
    flatMap { if case .line(let line) = $0 { line.y } else { [Double]() } }.areWide
  }
}

extension SeriesName {
  /// "test.alignment.first head" as "alignment: first head"; other evaluations keep their name.
  static func label(_ name: String) -> String {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3 else { return spoken(name) }
    let value = parts[2].hasPrefix("theory.") ? "\(parts[2].dropFirst(7)) (theory)" : parts[2][...]
    let owner = parts[0] == "test" ? "" : " (\(parts[0]))"
    return value == parts[1] ? "\(value)\(owner)" : "\(parts[1]): \(value)\(owner)"
  }

  /// Of a value the last part, for an axis below a title that says the rest.
  static func short(_ name: String) -> String {
    let parts = name.split(separator: ".", maxSplits: 2)
    return parts.count == 3 ? String(parts[2]) : spoken(name)
  }
}

extension RunSeries {
  /// Losses that metrics recorded along context lengths.
  var alongContext: [String] {
    quantities.filter {
      $0.axes == ["context length"] && $0.name.split(separator: ".").count > 2
        && $0.name.hasPrefix("test.") && $0.name.lowercased().contains("loss")
    }.map(\.name)
  }

  /// Those that are not the model's own: other predictors, theory.
  var referencePredictors: [String] {
    let own = profile("test.loss_by_context_length")?.y ?? []
    return alongContext.filter { name in
      let other = profile(name)?.y ?? []
      // The same numbers, summed in another order.
      return other.count != own.count
        || zip(other, own).contains { abs($0 - $1) > 1e-9 * max(abs($0), abs($1)) }
    }
  }
}
