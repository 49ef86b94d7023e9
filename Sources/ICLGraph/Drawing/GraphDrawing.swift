/// A graph as boxes with arrows, to be written as text, DOT or SVG.
public struct GraphDrawing: Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case prompt, random, parameter, constant, value, root
  }

  public struct Box: Hashable, Sendable {
    /// In the drawing, from 0; inputs have smaller numbers.
    public let number: Int
    public let kind: Kind
    /// Empty for most.
    public let name: String
    public let operation: String
    public let shape: Shape
    /// Floating-point operations for one prompt; 0 where it is computed once a step.
    public let flops: Double
    public let isBatched: Bool
    public let inputs: [Int]
  }

  public let boxes: [Box]

  /// What the roots need.
  public init(_ graph: Graph, roots: [(name: String, node: NodeID)]) {
    var names: [NodeID: [String]] = [:]
    for (name, node) in graph.names { names[node, default: []].append(name) }
    for (name, node) in roots where !(names[node] ?? []).contains(name) {
      names[node, default: []].append(name)
    }
    let ends = Set(roots.map(\.node))
    var numbers: [NodeID: Int] = [:]
    boxes = graph.reachable(from: roots.map(\.node)).map { id in
      let node = graph[id]
      let number = numbers.count
      numbers[id] = number
      return Box(
        number: number, kind: ends.contains(id) ? .root : Kind(node.operation),
        name: (names[id] ?? []).sorted().joined(separator: ", "),
        operation: node.operation.description, shape: node.shape,
        flops: node.isBatched ? graph.flops(of: id) : 0, isBatched: node.isBatched,
        inputs: node.inputs.map { numbers[$0]! })
    }
  }

  public var flops: Double { boxes.reduce(0) { $0 + $1.flops } }

  /// One line a node, with FLOPs for each prompt.
  public var text: String {
    let lines = boxes.map { box in
      let inputs = box.inputs.map { " %\($0)" }.joined()
      return (
        value: "%\(box.number) \(box.shape)\(box.isBatched ? "" : " once a step")",
        what: box.operation + inputs, flops: box.flops > 0 ? Self.count(box.flops) : "",
        name: box.name
      )
    }
    let widths = lines.reduce((0, 0, 0)) {
      (max($0.0, $1.value.count), max($0.1, $1.what.count), max($0.2, $1.flops.count))
    }
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: width - text.count)
    }
    let rows = lines.map { line in
      var row =
        pad(line.value, widths.0) + "  " + pad(line.what, widths.1) + "  "
        + String(repeating: " ", count: widths.2 - line.flops.count) + line.flops + "  " + line.name
      while row.last == " " { row.removeLast() }
      return row
    }
    return rows.joined(separator: "\n")
      + "\n\(boxes.count) nodes, \(Self.count(flops)) floating-point operations for each prompt\n"
  }

  /// 950, 1.2k, 34M.
  static func count(_ value: Double) -> String {
    var value = value
    for unit in ["", "k", "M", "G", "T"] {
      if value < 999.5 {
        if unit.isEmpty || value >= 99.95 { return "\(Int(value.rounded()))\(unit)" }
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(tenths % 10)\(unit)"
      }
      value /= 1000
    }
    return "\(Int(value.rounded()))P"
  }
}

extension GraphDrawing.Kind {
  init(_ operation: Operation) {
    self =
      switch operation {
      case .input, .promptWeight: .prompt
      case .random: .random
      case .parameter: .parameter
      case .constant: .constant
      default: .value
      }
  }

  /// Of the box, light enough for black text.
  var fill: String {
    switch self {
    case .prompt: "#d6e6f5"
    case .random: "#e3dcf1"
    case .parameter: "#fbe3c4"
    case .constant: "#eeeeee"
    case .value: "#ffffff"
    case .root: "#d5ecd8"
    }
  }
}

extension GraphDrawing.Box {
  /// What stands in the box: its name, its operation, its shape and cost.
  var lines: [String] {
    let cost = flops > 0 ? "  \(GraphDrawing.count(flops)) FLOPs" : ""
    return (name.isEmpty ? [] : [name]) + [Self.shortened(operation), "\(shape)\(cost)"]
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 44 ? text : text.prefix(43) + "…"
  }
}
