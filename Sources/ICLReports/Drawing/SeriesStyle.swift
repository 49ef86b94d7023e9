/// The colour, marker and dash of everything that has one name.
struct SeriesStyle: Hashable {
  /// Of the palette; nil for ink and ramps.
  var index: Int?
  var colour: String
  var marker: String
  var dash: String?

  /// The class that a dark page recolours.
  var cssClass: String? { index.map { "icl-c\($0 % Palette.light.count)" } }

  init(_ index: Int) {
    let count = Palette.light.count
    self.index = index
    colour = Palette.light[index % count].text
    marker = Palette.markers[index % Palette.markers.count]
    let turn = index / count
    dash = turn == 0 ? nil : Palette.laterDashes[min(turn, Palette.laterDashes.count) - 1]
  }

  init(colour: String, marker: String = Palette.markers[0]) {
    self.colour = colour
    self.marker = marker
  }
}

/// The styles of a figure's names, and its legend.
struct SeriesStyles {
  struct Entry: Hashable {
    enum Sample: Hashable { case line, band, markedLine, marker, bar, theory, reference }
    var label: String
    var sample: Sample
    var style: SeriesStyle
  }

  private var indices: [String: Int] = [:]
  private var isMeasured: Set<String> = []
  private(set) var entries: [Entry] = []
  /// Lines carry markers where colour alone would have to tell them apart.
  let marksLines: Bool

  static let ink = SeriesStyle(colour: "inherit")

  init(_ figure: Figure) {
    let marks = figure.panels.flatMap(\.marks)
    var order: [String] = []
    for mark in marks {
      guard case .automatic? = mark.colour, let name = mark.name else { continue }
      if case .line(let line) = mark, line.kind == .reference { continue }
      if !order.contains(name) { order.append(name) }
    }
    for (index, name) in order.enumerated() { indices[name] = index }
    let measured = marks.compactMap { mark -> String? in
      if case .line(let line) = mark { line.kind == .measured ? line.name : nil } else { nil }
    }
    isMeasured = Set(marks.filter(\.isMeasured).compactMap(\.name))
    marksLines = Set(measured).count > 1
    for mark in marks { addEntry(mark) }
  }

  func style(_ name: String, _ colour: MarkColour, kind: Line.Kind = .measured) -> SeriesStyle {
    switch colour {
    case .palette(let index): SeriesStyle(max(index, 0))
    case .ramp(let place):
      SeriesStyle(colour: Palette.colour(of: Palette.sequential, at: 0.12 + 0.68 * place).text)
    case .ink: Self.ink
    case .automatic: kind == .reference ? Self.ink : SeriesStyle(indices[name] ?? 0)
    }
  }

  /// Theory of a measured name has no entry of its own: one entry explains all dashed lines.
  private mutating func addEntry(_ mark: Mark) {
    guard let name = mark.name, !name.isEmpty, let colour = mark.colour else { return }
    let entry: Entry
    switch mark {
    case .line(let line) where line.kind == .theory:
      entry =
        isMeasured.contains(name)
        ? Entry(label: "theory", sample: .theory, style: Self.ink)
        : Entry(label: name, sample: .theory, style: style(name, colour))
    case .line(let line) where line.kind == .reference:
      entry = Entry(label: name, sample: .reference, style: style(name, colour, kind: .reference))
    case .line(let line):
      let plain: Entry.Sample = line.standardErrors == nil ? .line : .band
      let isMarked = marksLines && colour == .automatic
      entry = Entry(
        label: name, sample: isMarked ? .markedLine : plain, style: style(name, colour))
    case .points: entry = Entry(label: name, sample: .marker, style: style(name, colour))
    case .bars: entry = Entry(label: name, sample: .bar, style: style(name, colour))
    case .heatMap, .reference: return
    }
    let isKnown = entries.contains {
      $0.label == entry.label && ($0.sample == .theory) == (entry.sample == .theory)
    }
    if !isKnown { entries.append(entry) }
  }
}

extension Mark {
  var name: String? {
    switch self {
    case .line(let line): line.name
    case .points(let points): points.name
    case .bars(let bars): bars.name
    case .heatMap, .reference: nil
    }
  }

  var colour: MarkColour? {
    switch self {
    case .line(let line): line.colour
    case .points(let points): points.colour
    case .bars(let bars): bars.colour
    case .heatMap, .reference: nil
    }
  }

  var isMeasured: Bool {
    switch self {
    case .line(let line): line.kind == .measured
    case .points, .bars: true
    case .heatMap, .reference: false
    }
  }
}
