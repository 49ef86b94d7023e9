/// Fewer points for the same picture: of those that share a column of pixels, the first, the lowest,
/// the highest and the last are kept, in their order.
enum Decimation {
  /// Indices of the points to draw. `positions` are pixels, from left to right.
  static func kept(_ positions: [Double], _ values: [Double], limit: Int = 2000) -> [Int] {
    guard positions.count > limit else { return Array(positions.indices) }
    var kept: [Int] = []
    var start = 0
    while start < positions.count {
      let column = positions[start].rounded(.down)
      var end = start
      var low = start
      var high = start
      while end < positions.count, positions[end].rounded(.down) == column {
        if values[end] < values[low] || values[low].isNaN { low = end }
        if values[end] > values[high] || values[high].isNaN { high = end }
        end += 1
      }
      if end == start { end = start + 1 }
      for index in Set([start, low, high, end - 1]).sorted() { kept.append(index) }
      start = end
    }
    return kept
  }
}
