extension Report {
  /// The numbers of a figure as tables, for those who do not see it and for copying.
  func addNumbers(of figure: Figure, to page: inout XMLText) {
    let lines = figure.panels.flatMap(\.marks).compactMap { mark -> Line? in
      if case .line(let line) = mark { line } else { nil }
    }
    guard !lines.isEmpty else { return }
    var names: [String] = []
    var rows: [Double: [Int: String]] = [:]
    for (column, line) in lines.enumerated() {
      let kind =
        switch line.kind {
        case .theory: line.name.isEmpty ? "theory" : "\(line.name), theory"
        default: line.name
        }
      names.append(kind)
      for (index, x) in line.x.enumerated() {
        let error = line.standardErrors.map { " ± \(Numeral.value($0[index], digits: 2))" } ?? ""
        rows[x, default: [:]][column] = Numeral.value(line.y[index]) + error
      }
    }
    let places = Self.chosen(rows.keys.sorted(), rows)
    page.open("details")
    page.leaf("summary", [:], "Numbers")
    page.open("div", ["class": "scroll"])
    page.open("table")
    page.open("thead")
    page.open("tr")
    for name in [figure.panels[0].x.label] + names {
      page.leaf("th", ["scope": "col"], RichText(name).plain)
    }
    page.close()
    page.close()
    page.open("tbody")
    for place in places {
      page.open("tr")
      page.leaf("th", ["scope": "row"], Numeral.grouped(Numeral.value(place, digits: 7)))
      for column in lines.indices { page.leaf("td", [:], rows[place]?[column] ?? "") }
      page.close()
    }
    page.close()
    page.close()
    page.close()
    if places.count < rows.count {
      page.leaf("p", [:], "\(places.count) of \(rows.count) rows; all are in metrics.jsonl.")
    }
    page.close()
  }

  /// Of many places forty, those with the most numbers before others.
  private static func chosen(_ places: [Double], _ rows: [Double: [Int: String]]) -> [Double] {
    guard places.count > 40 else { return places }
    let most = rows.values.map(\.count).max() ?? 0
    let full = places.filter { rows[$0]?.count == most }
    let pool = full.count >= 8 ? full : places
    guard pool.count > 40 else { return pool }
    return (0..<40).map { pool[$0 * (pool.count - 1) / 39] }
  }
}
