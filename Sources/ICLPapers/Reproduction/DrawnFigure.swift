import ICLReports
import ICLTraining

/// A figure as a picture, or why there is none.
public struct DrawnFigure: Sendable {
  public var figure: PaperFigure
  public var svg: Result<String, Failure>
}

extension PaperFigure {
  func drawn(_ reader: ValueReader) -> DrawnFigure {
    do {
      let panels = try panels.map { try $0.drawn(reader) }
      let scene = ICLReports.Figure(
        title: title, summary: mustBeSeen, panels: panels, columns: columns)
      return DrawnFigure(figure: self, svg: .success(scene.svg()))
    } catch {
      return DrawnFigure(figure: self, svg: .failure(place.locating(Failure(error))))
    }
  }
}

extension PaperFigure.Panel {
  fileprivate func drawn(_ reader: ValueReader) throws -> ICLReports.Panel {
    if let heatMap { return try heatMap.drawn(reader, title: title, columns: x, rows: y) }
    var marks: [Mark] = []
    for curve in curves { marks += try curve.marks(reader) }
    for reference in references { marks += try reference.marks(reader) }
    return ICLReports.Panel(title: title, x: x.axis, y: y.axis, marks: marks)
  }
}

extension PaperFigure.Axis {
  fileprivate var axis: ICLReports.Axis {
    var limits: ClosedRange<Double>?
    if let from, let to, from < to { limits = from...to }
    return ICLReports.Axis(label, scale: scale == .log ? .logarithmic : .linear, limits: limits)
  }
}

extension PaperFigure.Reference {
  fileprivate func marks(_ reader: ValueReader) throws -> [Mark] {
    let quantity = try reader.value(of: at).whole()
    return quantity.values.map { value in
      .reference(
        direction == .horizontal ? .horizontal(value, label) : .vertical(value, label))
    }
  }
}

extension PaperFigure.HeatMap {
  fileprivate func drawn(
    _ reader: ValueReader, title: String, columns: PaperFigure.Axis, rows: PaperFigure.Axis
  ) throws -> ICLReports.Panel {
    var value = try reader.value(of: formula)
    if case .series(let series) = value.rows {
      value = Value(value.layout, series.compactMap(\.points.last))
    }
    let quantity = try value.quantities(for: "a heat map").first ?? Quantity([])
    let shape = quantity.shape
    guard (1...2).contains(shape.count), !quantity.values.isEmpty else {
      throw formula.place.locating(
        Failure(.configuration, "a heat map wants a matrix, and this has shape \(shape)."))
    }
    let size = shape.count == 2 ? (shape[0], shape[1]) : (1, shape[0])
    let map = ICLReports.HeatMap(
      rows: size.0, columns: size.1, values: quantity.values,
      colours: isSigned ? .diverging : .sequential, label: label,
      firstRow: Int(rows.from ?? 0), firstColumn: Int(columns.from ?? 0))
    var panel = ICLReports.Panel(
      title: title,
      columns: columns.label == "step" && columns.names.isEmpty ? "column" : columns.label,
      rows: rows.label.isEmpty ? "row" : rows.label, map)
    panel.x.ticks = try ticks(columns, map.columns, from: map.firstColumn) ?? panel.x.ticks
    panel.y.ticks = try ticks(rows, map.rows, from: map.firstRow) ?? panel.y.ticks
    return panel
  }

  private func ticks(
    _ axis: PaperFigure.Axis, _ count: Int, from first: Int
  ) throws -> ICLReports.Axis.Ticks? {
    if axis.names.isEmpty { return nil }
    guard axis.names.count == count else {
      throw formula.place.locating(
        Failure(
          .configuration,
          "\(axis.names.count) names for \(count) rows or columns of a heat map."))
    }
    return .at(axis.names.enumerated().map { .init(Double(first + $0.offset), $0.element) })
  }
}
