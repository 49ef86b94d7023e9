extension Report {
  func addWarnings(to page: inout XMLText) {
    let all = zip(groups, warnings).filter { !$0.1.isEmpty }
    guard !all.isEmpty else { return }
    page.open("section", ["class": "warnings", "aria-label": "Warnings"])
    page.leaf("h2", [:], "Warnings")
    page.open("ul")
    for (group, lines) in all {
      for line in lines.prefix(20) {
        page.leaf("li", [:], runs.count > 1 ? "\(group.label): \(line)" : line)
      }
      if lines.count > 20 { page.leaf("li", [:], "and \(lines.count - 20) more in log.txt") }
    }
    page.close()
    page.close()
  }

  /// The last evaluation of each run, against the best possible prediction.
  func addSummary(to page: inout XMLText) {
    page.open("section")
    page.leaf("h2", [:], "Summary")
    page.open("div", ["class": "scroll"])
    page.open("table", ["class": "summary"])
    page.open("thead")
    page.open("tr")
    let columns = ["evaluation", "step", "loss", "oracle", "ratio", "excess"]
    for name in (runs.count > 1 ? ["run"] : []) + columns {
      page.leaf(
        "th", ["scope": "col", "class": ["run", "evaluation"].contains(name) ? "text" : nil], name)
    }
    page.close()
    page.close()
    page.open("tbody")
    for group in groups {
      let run = group.runs[0]
      for evaluation in run.evaluations {
        page.open("tr")
        if runs.count > 1 { page.leaf("th", ["scope": "row"], group.label) }
        page.leaf(runs.count > 1 ? "td" : "th", ["class": "text"], evaluation)
        for (cell, column) in zip(cells(run, evaluation), columns.dropFirst()) {
          page.leaf("td", ["data-column": column], cell)
        }
        page.close()
      }
    }
    page.close()
    page.close()
    page.close()
    if runs.allSatisfy({ $0.evaluations.isEmpty }) {
      page.leaf("p", [:], "No evaluation was recorded yet.")
    }
    page.close()
  }

  private func cells(_ run: RunSeries, _ evaluation: String) -> [String] {
    guard let curve = run.curve("\(evaluation).loss"), let loss = curve.y.last,
      let step = curve.x.last
    else { return ["", "", "", "", ""] }
    let error = curve.standardErrors?.last.map { " ± \(Numeral.value($0, digits: 2))" } ?? ""
    var cells = [Numeral.grouped("\(Int(step))"), Numeral.value(loss) + error]
    if let oracle = run.curve("\(evaluation).oracle_loss")?.y.last {
      cells += [oracle, loss / oracle, loss - oracle].map { Numeral.value($0, digits: 4) }
    } else {
      cells += ["–", "–", "–"]
    }
    return cells
  }
}

extension RunSeries {
  /// Those with a loss, `test` first.
  var evaluations: [String] {
    let owners = names.filter { $0.hasSuffix(".loss") && $0.split(separator: ".").count == 2 }
      .map { String($0.dropLast(5)) }.filter { $0 != "training" }
    return owners.filter { $0 == "test" } + owners.filter { $0 != "test" }
  }
}
