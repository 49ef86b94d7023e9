import Glibc
import ICLRecords
import ICLReports
import Testing

/// Figures as XML: what must be in them, and small ones as a whole.
@Suite struct FigureTests {
  private static func count(_ part: String, in text: String) -> Int {
    var count = 0
    var rest = Substring(text)
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }

  private static let small = Figure(
    title: "A & B",
    panels: [
      Panel(
        x: Axis("x"), y: Axis("y^{2}"),
        marks: [
          .line(Line("a", x: [0, 1, 2], y: [0, 1, 4], standardErrors: [0.1, 0.1, 0.2])),
          .line(Line("a", x: [0, 2], y: [0, 4], kind: .theory)),
          .reference(.horizontal(3, "three")),
        ])
    ], panelSize: .init(100, 80))

  @Test func aSmallFigureIsTheGolden() throws {
    let path = "\(FixtureRuns.folder)/Goldens/small.svg"
    if getenv("ICL_WRITE_GOLDENS") != nil { try TextFile.write(Self.small.svg(), to: path) }
    #expect(Self.small.svg() == (try TextFile.read(path)))
  }

  @Test func aSmallFigureOfCharactersIsTheGolden() throws {
    let path = "\(FixtureRuns.folder)/Goldens/small.txt"
    let text = Self.small.characters(width: 40, height: 14) + "\n"
    if getenv("ICL_WRITE_GOLDENS") != nil { try TextFile.write(text, to: path) }
    #expect(text == (try TextFile.read(path)))
  }

  @Test func linesStandWhereTheirValuesAre() {
    // The vertical axis runs from 0 to 4.2 and a margin; the horizontal one from 0 to 2 over 100.
    let svg = Self.small.svg()
    #expect(svg.contains("A &amp; B"))
    #expect(svg.contains("stroke-dasharray=\"6 3.5\""))
    #expect(svg.contains(">y<tspan dy=\"-4.56\" font-size=\"8.64\">2</tspan></text>"))
    #expect(Self.count("class=\"icl-line\"", in: svg) == 2)
    #expect(Self.count("class=\"icl-band\"", in: svg) == 1)
    #expect(Self.count(">three</text>", in: svg) == 1)
    #expect(Self.count("class=\"icl-entry\"", in: svg) == 2)
  }

  @Test func gallery() throws {
    for (name, figure) in Gallery.all {
      let svg = figure.svg()
      #expect(svg == figure.svg(), "\(name) differs from itself")
      #expect(Self.count("<g", in: svg) == Self.count("</g>", in: svg), "\(name)")
      #expect(!svg.contains("nan") && !svg.contains("inf\""), "\(name)")
      #expect(Self.count("class=\"icl-panel\"", in: svg) == figure.panels.count, "\(name)")
      let lines = figure.characters(width: 60, height: 20).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 60 }, "\(name) is wider than its terminal")
      // To be looked at: ICL_FIGURES=folder.
      if let folder = getenv("ICL_FIGURES") {
        try TextFile.write(svg, to: "\(String(cString: folder))/\(name).svg")
      }
    }
  }

  @Test func manyPointsKeepTheirPeaks() {
    var y = (0..<100_000).map { sin(Double($0) / 5000) }
    y[41_234] = 50
    let figure = Figure(panels: [
      Panel(
        x: Axis("x"), y: Axis("y"),
        marks: [.line(Line("a", x: y.indices.map(Double.init), y: y))])
    ])
    let svg = figure.svg()
    #expect(svg.utf8.count < 60_000)
    let tall = Figure(panels: [
      Panel(
        x: Axis("x"), y: Axis("y", limits: 0...50),
        marks: [.line(Line("a", x: y.indices.map(Double.init), y: y))])
    ]).svg()
    // The peak touches the top of the area, at 14 pixels.
    #expect(tall.contains(",14L"))
  }

  @Test func hostileTextsStayTexts() {
    let text = "\"'><script>alert(1)</script>\u{0}"
    let svg = Figure(
      title: text,
      panels: [
        Panel(
          title: text, x: Axis(text), y: Axis(text),
          marks: [
            .line(Line(text, x: [0, 1], y: [0, 1])), .line(Line("b", x: [0, 1], y: [1, 0])),
            .reference(.horizontal(0.5, text)),
          ])
      ]
    ).svg()
    #expect(!svg.contains("<script"))
    #expect(!svg.contains("\u{0}"))
  }

  @Test(arguments: [
    (Axis("", ticks: .automatic), 0.0...1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (Axis(""), -30...30, ["−30", "−20", "−10", "0", "10", "20", "30"]),
    (Axis(""), 0...10_000, ["0", "2,000", "4,000", "6,000", "8,000", "10,000"]),
    (Axis(""), 0...2e6, ["0", "0.5×10", "1.0×10", "1.5×10", "2.0×10"]),
    (Axis("", scale: .logarithmic), 1...50, ["1", "2", "5", "10", "20", "50"]),
    (Axis("", scale: .logarithmic), 0.001...1000, ["10", "10", "10", "10", "10", "10", "10"]),
    (Axis("", ticks: .whole), 0...3, ["0", "1", "2", "3"]),
    (
      Axis("", scale: .symmetricLogarithmic(linear: 0.1)), -10...10,
      ["−10", "−1", "−0.1", "0", "0.1", "1", "10"]
    ),
  ])
  func ticksAreRoundNumbers(
    _ axis: Axis, _ limits: ClosedRange<Double>, _ expected: [String]
  ) {
    var axis = axis
    axis.limits = limits
    let svg = Figure(
      panels: [Panel(x: axis, y: Axis("", ticks: .at([])), marks: [])],
      panelSize: .init(460, 50)
    ).svg()
    // Tick labels are the only texts with this anchor.
    let found = svg.split(separator: "\n").filter { $0.contains("text-anchor=\"middle\"") }
      .compactMap { line -> String? in
        guard let open = line.firstIndex(of: ">") else { return nil }
        return String(line[line.index(after: open)...].prefix { $0 != "<" })
      }
    #expect(found == expected)
  }

  @Test func nothingToDrawIsStillAFigure() {
    let empty = Figure(panels: [
      Panel(
        x: Axis("x", scale: .logarithmic), y: Axis("y", scale: .logarithmic),
        marks: [.line(Line("a", x: [0, -1], y: [.nan, .infinity]))])
    ])
    #expect(empty.svg().contains("</svg>"))
    #expect(!empty.characters().isEmpty)
    #expect(Figure(panels: []).svg().contains("</svg>"))
    let same = Figure(panels: [
      Panel(x: Axis("x"), y: Axis("y"), marks: [.line(Line("a", x: [1, 1], y: [3, 3]))])
    ])
    #expect(!same.svg().contains("nan"))
  }
}
