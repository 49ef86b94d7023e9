import Glibc
import ICLReports

/// One figure of each kind, from formulas: for goldens, for structure, and to be looked at.
enum Gallery {
  static let all: [(name: String, figure: Figure)] = [
    ("lines", lines), ("logarithmic", logarithmic), ("points", points), ("matrices", matrices),
    ("multiples", multiples), ("bars", bars), ("family", family), ("symmetric", symmetric),
    ("palette", palette),
  ]

  /// A number that looks like noise and is the same everywhere.
  static func noise(_ index: Int) -> Double {
    var bits = UInt64(bitPattern: Int64(index)) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits ^= bits >> 27
    return Double(bits >> 11) / 0x1p53 - 0.5
  }

  private static func plateau(_ step: Double, _ start: Double) -> Double {
    0.13 + 0.87 / (1 + exp((step - start) / 180))
  }

  static let lines: Figure = {
    let steps = (0...80).map { Double($0) * 50 }
    func measured(_ start: Double, _ seed: Int) -> [Double] {
      steps.enumerated().map { plateau($1, start) + 0.03 * noise($0 + seed) }
    }
    func predicted(_ start: Double) -> [Double] { steps.map { plateau($0, start) } }
    let errors = steps.map { 0.02 + 0.05 * exp(-pow(($0 - 1200) / 400, 2)) }
    return Figure(
      title: "Loss during training", summary: "Two runs drop from 1 to 0.13; theory agrees.",
      panels: [
        Panel(
          x: Axis("step"), y: Axis("loss"),
          marks: [
            .line(
              Line("merged", x: steps, y: measured(1100, 0), standardErrors: errors)),
            .line(Line("merged", x: steps, y: predicted(1100), kind: .theory)),
            .line(Line("separate", x: steps, y: measured(2300, 500), standardErrors: errors)),
            .line(Line("separate", x: steps, y: predicted(2300), kind: .theory)),
            .reference(.horizontal(0.13, "L_{∞} = 0.13")),
          ])
      ])
  }()

  static let logarithmic: Figure = {
    let steps = (0...3000).map { pow(10, Double($0) / 600) }
    return Figure(
      title: "Excess over the oracle",
      panels: [
        Panel(
          x: Axis("step", scale: .logarithmic), y: Axis("excess loss", scale: .logarithmic),
          marks: [
            .line(
              Line(
                "noisy", x: steps,
                y: steps.enumerated().map { 3 / (1 + $1 / 20) * (1 + 0.8 * noise($0)) })),
            .line(Line("rate 1/t", x: steps, y: steps.map { 60 / $0 }, kind: .reference)),
            .reference(.vertical(20, "t_{1/2}")), .reference(.horizontal(3e-4, "floor")),
          ])
      ])
  }()

  static let points: Figure = {
    let names = ["linear attention", "softmax attention", "GD-SSM"]
    return Figure(
      title: "Learned against predicted rates",
      panels: [
        Panel(
          x: Axis("predicted η"), y: Axis("learned η"),
          marks: [
            .line(Line("equal", x: [0, 1], y: [0, 1], kind: .reference))
          ]
            + names.enumerated().map { number, name in
              let x = (1...9).map { Double($0) / 10 }
              return .points(
                Points(
                  name, x: x,
                  y: x.enumerated().map { $1 + 0.08 * noise($0 + 20 * number) - 0.02 },
                  standardErrors: number == 0 ? x.map { _ in 0.03 } : nil))
            })
      ])
  }()

  static let matrices: Figure = {
    let size = 12
    let scores = (0..<size * size).map { index -> Double in
      let (row, column) = (index / size, index % size)
      return column > row ? .nan : exp(-Double(row - column) / 3)
    }
    let product = (0..<size * size).map { index -> Double in
      let (row, column) = (index / size, index % size)
      return (row == column ? 0.8 : 0) + 0.5 * noise(index)
    }
    return Figure(
      title: "Inside the first layer",
      panels: [
        Panel(
          title: "attention", columns: "key", rows: "query",
          HeatMap(rows: size, columns: size, values: scores, label: "weight")),
        Panel(
          title: "W_{K}^{⊤} W_{Q}", columns: "column", rows: "row",
          HeatMap(
            rows: size, columns: size, values: product, colours: .diverging, label: "entry")),
      ], panelSize: .init(190, 190))
  }()

  static let multiples: Figure = {
    let lengths = (0...16).map(Double.init)
    return Figure(
      title: "Loss by context length",
      panels: (0..<6).map { number in
        let dimension = Double(2 + 2 * number)
        let oracle = lengths.map { 0.25 + max(dimension * exp(-$0 / dimension), 0) }
        return Panel(
          title: "D = \(Int(dimension))", x: Axis("context pairs"), y: Axis("loss"),
          marks: [
            .line(
              Line(
                "1 layer", x: lengths,
                y: oracle.enumerated().map { $1 * (1.3 + 0.1 * noise($0 + number)) })),
            .line(
              Line(
                "2 layers", x: lengths,
                y: oracle.enumerated().map { $1 * (1.1 + 0.05 * noise($0 + 99 + number)) })),
            .line(Line("Bayes-optimal", x: lengths, y: oracle, kind: .reference)),
          ])
      }, sharesX: true, sharesY: true)
  }()

  static let bars = Figure(
    title: "Final loss",
    panels: [
      Panel(
        x: Axis("", categories: ["ridge", "dMMSE", "trained"]), y: Axis("loss"),
        marks: [
          .bars(
            Bars("in distribution", y: [0.51, 0.34, 0.4], standardErrors: [0.02, 0.01, 0.03])),
          .bars(Bars("shifted", y: [0.55, 1.2, 0.9], standardErrors: [0.02, 0.05, 0.04])),
        ])
    ])

  static let family: Figure = {
    let steps = (0...60).map { Double($0) * 100 }
    return Figure(
      title: "Loss at each context length",
      panels: [
        Panel(
          x: Axis("step"), y: Axis("loss", scale: .logarithmic),
          marks: (0...8).map { length in
            .line(
              Line(
                "\(2 * length) pairs", x: steps,
                y: steps.map { 8 * exp(-Double(length) / 4 * (1 - exp(-$0 / 1500))) },
                colour: .ramp(Double(length) / 8)))
          })
      ])
  }()

  static let symmetric: Figure = {
    let steps = (0...50).map { Double($0) * 1e5 }
    return Figure(
      title: "Signed error",
      panels: [
        Panel(
          x: Axis("step"),
          y: Axis("error", scale: .symmetricLogarithmic(linear: 0.01)),
          marks: [
            .line(Line("a", x: steps, y: steps.map { 20 * cos($0 / 4e5) * exp(-$0 / 1e6) }))
          ])
      ])
  }()

  static let palette = Figure(
    title: "All colours",
    panels: [
      Panel(
        x: Axis("x"), y: Axis("y"),
        marks: (0..<9).map { number in
          let x = (0...10).map(Double.init)
          return .line(
            Line(
              "series \(number + 1)", x: x,
              y: x.map { Double(number) + 0.3 * sin($0 / 2 + Double(number)) }))
        })
    ])
}
