extension GraphDrawing {
  /// For Graphviz: `dot -Tpdf`. What is computed once a step has a dashed frame.
  public var dot: String {
    var text = """
      digraph {
        rankdir=TB;
        node [shape=box, style=filled, fontname="Helvetica", fontsize=10, margin="0.1,0.05"];
        edge [arrowsize=0.6];

      """
    for box in boxes {
      let label = box.lines.map(Self.escaped).joined(separator: "\\n")
      let style = box.isBatched ? "" : ", style=\"filled,dashed\""
      text += "  n\(box.number) [label=\"\(label)\", fillcolor=\"\(box.kind.fill)\"\(style)];\n"
    }
    for box in boxes {
      for input in box.inputs { text += "  n\(input) -> n\(box.number);\n" }
    }
    return text + "}\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for letter in text {
      if letter == "\"" || letter == "\\" { result += "\\" }
      result.append(letter)
    }
    return result
  }
}
