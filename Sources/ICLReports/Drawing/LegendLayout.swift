/// The places of a legend's entries, where they cover no data.
struct LegendLayout {
  struct Item {
    var entry: SeriesStyles.Entry
    var left: Double
    var middle: Double
    var width: Double
  }

  private(set) var items: [Item] = []
  private(set) var box: Box

  static let sampleWidth = 26.0
  static let lineHeight = 18.0

  /// None where there is nothing to tell apart.
  init?(
    _ entries: [SeriesStyles.Entry], _ place: Figure.LegendPlace, under: Double, firstLeft: Double,
    beside: Double, top: Double
  ) {
    guard place != .none, entries.count > 1 else { return nil }
    let widths = entries.map {
      Self.sampleWidth + 6 + RichText($0.label).width(FigureStyle.labelSize)
    }
    var rows: [[Int]] = [[]]
    var used = 0.0
    let available = beside - firstLeft
    for (index, width) in widths.enumerated() {
      if !rows[rows.count - 1].isEmpty, used + width > available {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(index)
      used += width + 16
    }
    let fits = rows.count <= 3 && (widths.max() ?? 0) <= available
    if place == .below || place == .automatic && fits {
      for (row, indices) in rows.enumerated() {
        var left = firstLeft
        for index in indices {
          let middle = under + (Double(row) + 0.5) * Self.lineHeight
          items.append(
            Item(entry: entries[index], left: left, middle: middle, width: widths[index]))
          left += widths[index] + 16
        }
      }
      let right = items.map { $0.left + $0.width }.max() ?? 0
      box = Box(
        left: firstLeft, top: under, width: right - firstLeft,
        height: Double(rows.count) * Self.lineHeight)
    } else {
      for (row, entry) in entries.enumerated() {
        let middle = top + (Double(row) + 0.5) * Self.lineHeight
        items.append(Item(entry: entry, left: beside + 4, middle: middle, width: widths[row]))
      }
      box = Box(
        left: beside + 4, top: top, width: widths.max() ?? 0,
        height: Double(entries.count) * Self.lineHeight)
    }
  }
}
