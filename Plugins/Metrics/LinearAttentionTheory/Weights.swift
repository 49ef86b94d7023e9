import ICLKit
import LinearAttentionDynamics

/// The parameters of `linear-attention` or `cubic-features`, cut into blocks.
struct Weights {
  var heads: Heads
  /// The largest entry of the blocks that mix inputs with labels: v_vec, u, κ.
  var mixing: Double

  /// - Parameter scale: from the program's weights to the paper's.
  init(
    _ parameters: (String) -> Snapshot.Parameter?, dimension d: Int,
    scale: (_ isMerged: Bool) -> Double
  ) throws {
    guard let value = parameters("heads.value") else {
      throw KitError(
        "the model has no parameter heads.value; one layer of linear-attention and "
          + "cubic-features have", path: "heads.value", code: .unsupported)
    }
    let width = value.shape.last ?? 1
    let count = value.values.count / max(width, 1)
    var mixing = 0.0
    func note(_ entry: Double) { mixing = max(mixing, entry.magnitude) }
    let last = (0..<count).map { value.values[$0 * width + width - 1] }
    for index in value.values.indices where index % width < width - 1 { note(value.values[index]) }

    if let merged = parameters("heads.key-query") {
      let factor = scale(true)
      let rows = merged.values.count / max(count * d, 1)
      var maps: [Double] = []
      for head in 0..<count {
        let start = head * rows * d
        maps += merged.values[start..<start + d * d].map { factor * $0 }
        merged.values[(start + d * d)..<(start + rows * d)].forEach(note)
      }
      heads = Heads(values: last.map { factor * $0 }, maps: maps)
    } else if let key = parameters("heads.key"), let query = parameters("heads.query") {
      let factor = scale(false)
      let keyWidth = key.shape.last ?? d
      let rank = key.values.count / max(count * keyWidth, 1)
      var keys: [Double] = []
      for row in 0..<count * rank {
        let start = row * keyWidth
        keys += key.values[start..<start + d].map { factor * $0 }
        key.values[(start + d)..<(start + keyWidth)].forEach(note)
      }
      heads = Heads(
        values: last.map { factor * $0 }, keys: keys,
        queries: query.values.map { factor * $0 }, rank: rank, dimension: d)
    } else {
      throw KitError(
        "the model has neither heads.key-query nor heads.key and heads.query",
        path: "heads.key-query", code: .unsupported)
    }
    self.mixing = mixing
  }
}
