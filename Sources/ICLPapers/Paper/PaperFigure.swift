import ICLTraining

/// A figure of a paper: what is drawn, and what a reader must be able to see in it.
public struct PaperFigure: Hashable, Sendable {
  public struct Panel: Hashable, Sendable {
    public var title: String
    public var x: Axis
    public var y: Axis
    public var curves: [Curve]
    public var references: [Reference]
    public var heatMap: HeatMap?
  }

  public struct Axis: Hashable, Sendable {
    public enum Scale: String, Hashable, Sendable, CaseIterable { case linear, log }

    public var label: String
    public var scale: Scale
    public var from: Double?
    public var to: Double?
    /// Of the rows or columns of a heat map, in place of numbers.
    public var names: [String] = []
  }

  /// A series against its steps, or a list against the places in it, or either against another
  /// formula.
  public struct Curve: Hashable, Sendable {
    public enum Style: String, Hashable, Sendable, CaseIterable { case line, dashed, points }
    public enum Runs: String, Hashable, Sendable, CaseIterable { case each, mean, median }

    public var formula: Formula
    public var against: Formula?
    /// "{seed}" and "{variation}" stand for the run's, "{task.dimension}" for the value of a setting
    /// that its group or variation has, "{place}" and "{number}" for the element's, counted from 0
    /// and from 1.
    public var label: String
    public var style: Style
    public var runs: Runs
    public var isTheory: Bool
  }

  /// Straight lines across the panel.
  public struct Reference: Hashable, Sendable {
    public enum Direction: String, Hashable, Sendable, CaseIterable { case horizontal, vertical }

    public var at: Formula
    public var label: String
    public var direction: Direction
  }

  /// A matrix in colours; of several runs the first is drawn. Axes count `from` a number, or 0.
  public struct HeatMap: Hashable, Sendable {
    public var formula: Formula
    public var label: String
    /// Whether colours show the sign.
    public var isSigned: Bool
  }

  public var id: String
  public var title: String
  public var mustBeSeen: String
  public var columns: Int?
  public var panels: [Panel]
  /// Whether the short form leaves it out.
  public var isOnlyFull: Bool
  public var place: Place
}

extension PaperFigure {
  public var formulas: [Formula] {
    panels.flatMap { panel in
      panel.curves.flatMap { [$0.formula] + ($0.against.map { [$0] } ?? []) }
        + panel.references.map(\.at) + (panel.heatMap.map { [$0.formula] } ?? [])
    }
  }
}
