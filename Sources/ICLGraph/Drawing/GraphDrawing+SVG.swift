extension GraphDrawing {
  /// A picture of its own, with text as text.
  public var svg: String {
    let boxWidths = boxes.map { box in
      Double(box.lines.map(\.count).max() ?? 0) * Size.letter + 2 * Size.margin
    }
    let layout = LayeredLayout(widths: boxWidths, inputs: boxes.map(\.inputs), gap: Size.gap)
    let heights = boxes.map { Double($0.lines.count) * Size.line + 2 * Size.margin }
    var tops: [Double] = []
    var bottom = Size.gap
    var layerHeights: [Double] = []
    for points in layout.layers {
      let height = points.filter { $0 < boxes.count }.map { heights[$0] }.max() ?? 0
      tops.append(bottom)
      layerHeights.append(height)
      bottom += height + Size.between
    }
    func point(_ point: Int) -> (x: Double, y: Double) {
      let layer = layout.layer[point]
      return (layout.x[point] + Size.gap, tops[layer] + layerHeights[layer] / 2)
    }
    let width =
      (layout.x.indices.map {
        layout.x[$0] + ($0 < boxes.count ? boxWidths[$0] / 2 : 0)
      }.max() ?? 0) + 2 * Size.gap
    let height = bottom - Size.between + Size.gap

    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(number(width))" height="\(number(height))" \
      viewBox="0 0 \(number(width)) \(number(height))" font-family="Helvetica, Arial, sans-serif" \
      font-size="10">
      <title>\(boxes.count) nodes, \(Self.count(flops)) floating-point operations for each \
      prompt</title>
      <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" \
      orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>
      <rect width="100%" height="100%" fill="#fff"/>
      <g fill="none" stroke="#555" stroke-width="0.8" marker-end="url(#arrow)">

      """
    for path in layout.paths {
      text += "<path d=\"\(curve(path, point, heights))\"/>\n"
    }
    text += "</g>\n"
    for box in boxes {
      let (x, y) = point(box.number)
      let (w, h) = (boxWidths[box.number], heights[box.number])
      let dashes = box.isBatched ? "" : " stroke-dasharray=\"3 2\""
      text +=
        "<g text-anchor=\"middle\"><rect x=\"\(number(x - w / 2))\" "
        + "y=\"\(number(y - h / 2))\" width=\"\(number(w))\" height=\"\(number(h))\" rx=\"3\" "
        + "fill=\"\(box.kind.fill)\" stroke=\"#555\" stroke-width=\"0.8\"\(dashes)/>"
      for (index, line) in box.lines.enumerated() {
        let baseline = y - h / 2 + Size.margin + (Double(index) + 0.78) * Size.line
        let weight = index == 0 && !box.name.isEmpty ? " font-weight=\"bold\"" : ""
        text +=
          "<text x=\"\(number(x))\" y=\"\(number(baseline))\"\(weight)>"
          + "\(Self.escaped(line))</text>"
      }
      text += "</g>\n"
    }
    return text + "</svg>\n"
  }

  /// From the lower edge of the first box to the upper edge of the last, upright at each bend.
  private func curve(
    _ path: [Int], _ point: (Int) -> (x: Double, y: Double), _ heights: [Double]
  ) -> String {
    var places = path.map(point)
    places[0].y += heights[path[0]] / 2
    places[path.count - 1].y -= heights[path[path.count - 1]] / 2
    var text = "M\(number(places[0].x)) \(number(places[0].y))"
    for (from, to) in zip(places, places.dropFirst()) {
      let middle = (from.y + to.y) / 2
      text +=
        "C\(number(from.x)) \(number(middle)) \(number(to.x)) \(number(middle)) "
        + "\(number(to.x)) \(number(to.y))"
    }
    return text
  }

  private enum Size {
    static let letter = 5.6
    static let line = 13.0
    static let margin = 5.0
    static let gap = 14.0
    static let between = 28.0
  }

  /// With one decimal.
  private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for letter in text {
      switch letter {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(letter)
      }
    }
    return result
  }
}
