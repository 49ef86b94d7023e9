/// Something drawn in a panel.
public enum Mark: Hashable, Sendable {
  case line(Line)
  case points(Points)
  case bars(Bars)
  case heatMap(HeatMap)
  case reference(Reference)
}

/// The colour of a mark. The default is the next of the palette, the same for marks of one name.
public enum MarkColour: Hashable, Sendable {
  case automatic
  /// A place in the palette, from 0.
  case palette(Int)
  /// A place from 0 to 1 in an ordered family of marks, such as growing context lengths.
  case ramp(Double)
  /// The colour of the text.
  case ink
}

/// A curve through points in the order of x; not-a-number leaves a gap.
public struct Line: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Solid.
    case measured
    /// Dashed, in the colour of the measured line of the same name.
    case theory
    /// Dotted, in the colour of the text: an oracle, a reference predictor.
    case reference
  }

  public var name: String
  public var x: [Double]
  public var y: [Double]
  /// Half the height of the band around the line: one standard error.
  public var standardErrors: [Double]?
  public var kind: Kind
  public var colour: MarkColour
  public var width: Double

  public init(
    _ name: String, x: [Double], y: [Double], standardErrors: [Double]? = nil,
    kind: Kind = .measured, colour: MarkColour = .automatic, width: Double = 1.75
  ) {
    self.name = name
    self.x = x
    self.y = y
    self.standardErrors = standardErrors
    self.kind = kind
    self.colour = colour
    self.width = width
  }
}

/// Points that belong together, each with an optional error bar.
public struct Points: Hashable, Sendable {
  public var name: String
  public var x: [Double]
  public var y: [Double]
  public var standardErrors: [Double]?
  public var colour: MarkColour

  public init(
    _ name: String, x: [Double], y: [Double], standardErrors: [Double]? = nil,
    colour: MarkColour = .automatic
  ) {
    self.name = name
    self.x = x
    self.y = y
    self.standardErrors = standardErrors
    self.colour = colour
  }
}

/// Bars from zero; those of several names at one place stand side by side.
public struct Bars: Hashable, Sendable {
  public var name: String
  public var x: [Double]
  public var y: [Double]
  public var standardErrors: [Double]?
  public var colour: MarkColour

  public init(
    _ name: String, x: [Double]? = nil, y: [Double], standardErrors: [Double]? = nil,
    colour: MarkColour = .automatic
  ) {
    self.name = name
    self.x = x ?? y.indices.map(Double.init)
    self.y = y
    self.standardErrors = standardErrors
    self.colour = colour
  }
}

/// A matrix as coloured cells: cell (r, c) is centred at (firstColumn + c, firstRow + r).
public struct HeatMap: Hashable, Sendable {
  public enum Colours: Hashable, Sendable {
    case sequential
    /// Two hues with white between them, at zero.
    case diverging
  }

  public var rows: Int
  public var columns: Int
  /// Row after row; rows · columns of them.
  public var values: [Double]
  public var colours: Colours
  /// What the ends of the colour bar mean; nil takes the data's.
  public var limits: ClosedRange<Double>?
  /// Beside the colour bar.
  public var label: String
  public var firstRow: Int
  public var firstColumn: Int

  public init(
    rows: Int, columns: Int, values: [Double], colours: Colours = .sequential,
    limits: ClosedRange<Double>? = nil, label: String = "", firstRow: Int = 0, firstColumn: Int = 0
  ) {
    precondition(values.count == rows * columns, "a matrix has rows · columns values")
    self.rows = rows
    self.columns = columns
    self.values = values
    self.colours = colours
    self.limits = limits
    self.label = label
    self.firstRow = firstRow
    self.firstColumn = firstColumn
  }
}

/// A straight line across the panel, with its label outside the axes.
public struct Reference: Hashable, Sendable {
  public enum Direction: Hashable, Sendable { case horizontal, vertical }

  public var direction: Direction
  public var value: Double
  public var label: String

  public static func horizontal(_ value: Double, _ label: String = "") -> Reference {
    Reference(direction: .horizontal, value: value, label: label)
  }

  public static func vertical(_ value: Double, _ label: String = "") -> Reference {
    Reference(direction: .vertical, value: value, label: label)
  }
}
