/// Weights of linear attention that reach the output, in the eigenbasis and the paper's scale
/// (β = 1/N Σ y_j x_j).
public struct Heads: Hashable, Sendable {
  /// v [H].
  public var values: [Double]
  /// U [H, D, D] of merged heads; Σ_r k_r q_rᵀ of separate ones. Row: β, column: x.
  public var maps: [Double]
  /// k [H, R, D]; nil for merged heads.
  public var keys: [Double]?
  /// q [H, R, D].
  public var queries: [Double]?
  public var rank: Int

  public init(values: [Double], maps: [Double]) {
    self.values = values
    self.maps = maps
    keys = nil
    queries = nil
    rank = 0
  }

  public init(values: [Double], keys: [Double], queries: [Double], rank: Int, dimension d: Int) {
    self.values = values
    self.keys = keys
    self.queries = queries
    self.rank = rank
    maps = [Double](repeating: 0, count: values.count * d * d)
    for head in values.indices {
      for r in 0..<rank {
        let row = (head * rank + r) * d
        for a in 0..<d {
          for b in 0..<d { maps[(head * d + a) * d + b] += keys[row + a] * queries[row + b] }
        }
      }
    }
  }

  public var isMerged: Bool { keys == nil }

  /// W = Σ v_i U_i, [D, D].
  public func map(dimension d: Int) -> [Double] {
    var sum = [Double](repeating: 0, count: d * d)
    for head in values.indices {
      for index in sum.indices { sum[index] += values[head] * maps[head * d * d + index] }
    }
    return sum
  }

  /// What gradient flow keeps. Merged: w₂ w₂ᵀ - W₁ W₁ᵀ, [H, H]. Separate: v_i² - Σ_r ‖k_ir‖² and
  /// K_i K_iᵀ - Q_i Q_iᵀ for each head, [H, 1 + R²].
  public func conserved(dimension d: Int) -> [Double] {
    guard let keys, let queries else {
      let size = d * d
      return values.indices.flatMap { i in
        values.indices.map { j in
          values[i] * values[j] - dot(maps, i * size, maps, j * size, size)
        }
      }
    }
    return values.indices.flatMap { head in
      let rows = (0..<rank).map { (head * rank + $0) * d }
      let lengths = rows.reduce(0) { $0 + dot(keys, $1, keys, $1, d) }
      return [values[head] * values[head] - lengths]
        + rows.flatMap { r in
          rows.map { s in dot(keys, r, keys, s, d) - dot(queries, r, queries, s, d) }
        }
    }
  }

  /// |cos| between k and q of every head and rank, [H, R]; 1 once a head has learnt.
  public func alignment(dimension d: Int) -> [Double] {
    guard let keys, let queries else { return [] }
    return (0..<values.count * rank).map { row in
      let product = dot(keys, row * d, queries, row * d, d)
      let lengths =
        dot(keys, row * d, keys, row * d, d) * dot(queries, row * d, queries, row * d, d)
      return lengths > 0 ? product.magnitude / lengths.squareRoot() : 0
    }
  }
}

func dot(_ a: [Double], _ i: Int, _ b: [Double], _ j: Int, _ count: Int) -> Double {
  (0..<count).reduce(0) { $0 + a[i + $1] * b[j + $1] }
}
