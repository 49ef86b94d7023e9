/// Places boxes in layers, each below all of its inputs, with few crossings and short arrows.
///
/// Layers by longest path; an arrow over several layers bends at a point of no width in each. Order
/// by the mean place of neighbours, up and down in turns. Then each layer moves as near to its
/// neighbours as its order allows. Source: Sugiyama, Tagawa and Toda 1981.
struct LayeredLayout {
  /// Boxes first, then bends.
  private(set) var x: [Double]
  let layer: [Int]
  private(set) var layers: [[Int]]
  /// From an input to its user, over bends: points of `x`.
  let paths: [[Int]]
  private let widths: [Double]
  private let gap: Double

  init(widths boxWidths: [Double], inputs: [[Int]], gap: Double) {
    var widths = boxWidths
    var layer = Self.layers(inputs)
    var paths: [[Int]] = []
    for (user, sources) in inputs.enumerated() {
      var seen: Set<Int> = []
      for source in sources where seen.insert(source).inserted {
        var path = [source]
        for between in stride(from: layer[source] + 1, to: layer[user], by: 1) {
          path.append(widths.count)
          widths.append(0)
          layer.append(between)
        }
        paths.append(path + [user])
      }
    }
    self.widths = widths
    self.layer = layer
    self.paths = paths
    self.gap = gap
    layers = [[Int]](repeating: [], count: (layer.max() ?? -1) + 1)
    for point in widths.indices { layers[layer[point]].append(point) }
    x = [Double](repeating: 0, count: widths.count)
    place()
  }

  /// Leaves stand just above their first user.
  private static func layers(_ inputs: [[Int]]) -> [Int] {
    var layer = inputs.map { _ in 0 }
    for (box, sources) in inputs.enumerated() {
      layer[box] = (sources.map { layer[$0] }.max() ?? -1) + 1
    }
    var first = inputs.map { _ in Int.max }
    for (box, sources) in inputs.enumerated() {
      for source in sources { first[source] = min(first[source], layer[box]) }
    }
    for box in inputs.indices where inputs[box].isEmpty && first[box] < .max {
      layer[box] = first[box] - 1
    }
    return layer
  }

  private mutating func place() {
    var above = widths.map { _ in [Int]() }
    var below = above
    for path in paths {
      for (upper, lower) in zip(path, path.dropFirst()) {
        above[lower].append(upper)
        below[upper].append(lower)
      }
    }
    for index in layers.indices { spread(index) }
    for round in 0..<24 {
      let isDown = round % 2 == 0
      let neighbours = isDown ? above : below
      for index in isDown ? Array(layers.indices) : layers.indices.reversed() {
        order(index, by: neighbours)
        spread(index)
      }
    }
    for round in 0..<24 {
      let isDown = round % 2 == 0
      for index in isDown ? Array(layers.indices) : layers.indices.reversed() {
        align(index, to: zip(above, below).map { isDown ? $0 : $1 })
      }
    }
    let left = widths.indices.map { x[$0] - widths[$0] / 2 }.min() ?? 0
    for point in x.indices { x[point] -= left }
  }

  private func mean(_ points: [Int]) -> Double? {
    points.isEmpty ? nil : points.reduce(0) { $0 + x[$1] } / Double(points.count)
  }

  private mutating func order(_ index: Int, by neighbours: [[Int]]) {
    let wishes = layers[index].map { (point: $0, place: mean(neighbours[$0]) ?? x[$0]) }
    layers[index] =
      wishes.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element.point)
  }

  /// Side by side around 0.
  private mutating func spread(_ index: Int) {
    var place = 0.0
    for (left, right) in zip(layers[index], layers[index].dropFirst()) {
      x[left] = place
      place += distance(left, right)
      x[right] = place
    }
    if layers[index].count == 1 { x[layers[index][0]] = 0 }
    for point in layers[index] { x[point] -= place / 2 }
  }

  private func distance(_ left: Int, _ right: Int) -> Double {
    (widths[left] + widths[right]) / 2 + gap
  }

  /// The places nearest to what each point wishes, in least squares, that keep order and distances:
  /// groups of points that would overlap move as one (pool adjacent violators).
  private mutating func align(_ index: Int, to neighbours: [[Int]]) {
    var offset = 0.0
    var previous: Int?
    var groups: [(sum: Double, count: Double, points: [(point: Int, offset: Double)])] = []
    for point in layers[index] {
      if let previous { offset += distance(previous, point) }
      previous = point
      let wish = (mean(neighbours[point]) ?? x[point]) - offset
      groups.append((wish, 1, [(point, offset)]))
      while groups.count > 1 {
        let (last, before) = (groups[groups.count - 1], groups[groups.count - 2])
        guard before.sum / before.count > last.sum / last.count else { break }
        groups.removeLast(2)
        groups.append(
          (before.sum + last.sum, before.count + last.count, before.points + last.points))
      }
    }
    for group in groups {
      for (point, offset) in group.points { x[point] = group.sum / group.count + offset }
    }
  }
}
