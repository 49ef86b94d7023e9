/// How well numbers for d bits say which of them are the k hidden ones.
public struct SupportScore: Hashable, Sendable {
  /// max_j |v̂_j - v_j|
  public var error: Double
  /// The mean of |v̂_j - v_j|.
  public var meanError: Double
  /// min_j |v̂_j - v_j|
  public var leastError: Double
  public var leastHidden: Double
  public var largestOther: Double
  /// {v̂ > 1/2}: decoder D1.
  public var threshold: Set<Int>
  /// The k largest: decoder D3.
  public var top: Set<Int>
  /// The fraction of the hidden bits among the k largest.
  public var overlap: Double

  public init(_ indicator: [Double], hidden: [Int]) {
    let truth = Set(hidden)
    let errors = indicator.indices.map {
      (indicator[$0] - (truth.contains($0) ? 1 : 0)).magnitude
    }
    error = errors.max() ?? 0
    meanError = errors.reduce(0, +) / Double(max(errors.count, 1))
    leastError = errors.min() ?? 0
    leastHidden = hidden.map { indicator[$0] }.min() ?? 0
    largestOther =
      indicator.indices.filter { !truth.contains($0) }.map { indicator[$0] }.max() ?? 0
    threshold = Set(indicator.indices.filter { indicator[$0] > 0.5 })
    top = largest(hidden.count, indicator.indices.map { ($0, indicator[$0]) })
    overlap = Double(top.intersection(truth).count) / Double(max(truth.count, 1))
  }
}

/// The places of the largest values; of equal ones the first.
public func largest(_ count: Int, _ values: [(place: Int, value: Double)]) -> Set<Int> {
  Set(
    values.sorted { $0.value != $1.value ? $0.value > $1.value : $0.place < $1.place }
      .prefix(count).map(\.place))
}
