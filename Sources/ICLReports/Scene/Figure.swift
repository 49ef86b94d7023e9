/// A picture: one panel, or several as small multiples, with one title and one legend.
///
///     let figure = Figure(
///       title: "Loss during training",
///       panels: [
///         Panel(
///           x: Axis("step"), y: Axis("loss", scale: .logarithmic),
///           marks: [
///             .line(Line("merged", x: steps, y: losses, standardErrors: errors)),
///             .line(Line("merged", x: steps, y: predicted, kind: .theory)),
///             .reference(.horizontal(0.25, "noise")),
///           ])
///       ])
///     let text = figure.svg()
///     let terminal = figure.characters(width: 80, height: 24)
///
/// Marks with one name have one colour in all panels, and one entry in the legend. Labels may hold
/// `^{…}` and `_{…}` for raised and lowered text.
public struct Figure: Hashable, Sendable {
  public enum LegendPlace: Hashable, Sendable {
    /// Below where the entries fit on three lines, otherwise on the right.
    case automatic
    case below, right, none
  }

  public var title: String
  /// One sentence for those who do not see the picture; it becomes the SVG's description.
  public var summary: String
  public var panels: [Panel]
  /// Panels beside each other; nil chooses.
  public var columns: Int?
  /// All panels have the same limits; inner tick labels are left out.
  public var sharesX: Bool
  public var sharesY: Bool
  public var legend: LegendPlace
  /// Of the area inside a panel's axes, in pixels; nil is 400 × 250, or 220 × 150 for several.
  public var panelSize: PanelSize?

  public struct PanelSize: Hashable, Sendable {
    public var width: Double
    public var height: Double

    public init(_ width: Double, _ height: Double) {
      self.width = width
      self.height = height
    }
  }

  public init(
    title: String = "", summary: String = "", panels: [Panel], columns: Int? = nil,
    sharesX: Bool = false, sharesY: Bool = false, legend: LegendPlace = .automatic,
    panelSize: PanelSize? = nil
  ) {
    self.title = title
    self.summary = summary
    self.panels = panels
    self.columns = columns
    self.sharesX = sharesX
    self.sharesY = sharesY
    self.legend = legend
    self.panelSize = panelSize
  }
}

/// Axes, and what is drawn between them; later marks lie over earlier ones.
public struct Panel: Hashable, Sendable {
  public var title: String
  public var x: Axis
  public var y: Axis
  public var marks: [Mark]

  public init(title: String = "", x: Axis, y: Axis, marks: [Mark]) {
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
  }

  /// A matrix, first row on top.
  public init(
    title: String = "", columns: String = "column", rows: String = "row", _ matrix: HeatMap
  ) {
    self.init(
      title: title, x: Axis(columns, ticks: .whole), y: Axis(rows, ticks: .whole, isReversed: true),
      marks: [.heatMap(matrix)])
  }
}
