import Glibc

/// At which steps of a run something is done.
///
/// A step is the number of times that the optimizer has moved the parameters: 0 before training,
/// T after the last step of a run of T.
public struct StepSchedule: Hashable, Sendable {
  public enum Pattern: Hashable, Sendable {
    /// n, 2n, 3n, ...
    case every(Int)
    case at([Int])
    /// Round(i T / n) for i = 1 ... n.
    case linear(Int)
    /// Round(T^(i / (n - 1))) for i = 0 ... n - 1: from 1 to T in equal ratios.
    case logarithmic(Int)
    /// ⌊T^(i / (n - 1))⌋ for i = 0 ... n - 1, as some published schedules round.
    case logarithmicDown(Int)
    /// Where any of these is.
    case union([Pattern])
  }

  public var pattern: Pattern
  /// Also before training.
  public var first: Bool
  /// Also after the last step.
  public var last: Bool

  public init(_ pattern: Pattern, first: Bool = true, last: Bool = true) {
    self.pattern = pattern
    self.first = first
    self.last = last
  }

  /// Only after the last step.
  public static let atEnd = StepSchedule(.at([]), first: false)

  public func contains(step: Int, of steps: Int) -> Bool {
    guard step >= 0, step <= steps else { return false }
    if step == 0 && first || step == steps && last { return true }
    return pattern.contains(step: step, of: steps)
  }

  /// All of them, in order.
  public func steps(of steps: Int) -> [Int] {
    var all = pattern.steps(of: steps)
    if first { all.insert(0) }
    if last { all.insert(steps) }
    return all.sorted()
  }
}

extension StepSchedule.Pattern {
  fileprivate func contains(step: Int, of steps: Int) -> Bool {
    switch self {
    case .every(let n): return step > 0 && step.isMultiple(of: n)
    case .at(let given): return given.contains(step)
    case .linear(let n): return isNear(step, Double(step) * Double(n) / Double(steps), 1...n, steps)
    case .logarithmic(let n), .logarithmicDown(let n):
      let position = steps > 1 ? log(Double(step)) / log(Double(steps)) * Double(n - 1) : 0
      return step > 0 && isNear(step, position, 0...(n - 1), steps)
    case .union(let parts): return parts.contains { $0.contains(step: step, of: steps) }
    }
  }

  fileprivate func steps(of steps: Int) -> Set<Int> {
    switch self {
    case .every(let n): Set(stride(from: n, through: steps, by: n))
    case .at(let given): Set(given.filter { $0 <= steps })
    case .linear(let n): Set((1...n).map { point($0, steps) })
    case .logarithmic(let n), .logarithmicDown(let n): Set((0..<n).map { point($0, steps) })
    case .union(let parts): parts.reduce(into: []) { $0.formUnion($1.steps(of: steps)) }
    }
  }

  /// Whether the point of an index next to a real position is this step.
  private func isNear(
    _ step: Int, _ position: Double, _ indices: ClosedRange<Int>, _ steps: Int
  ) -> Bool {
    let middle = Int(max(min(position, 1e15), 0).rounded())
    return (middle - 1...middle + 1).contains { indices.contains($0) && point($0, steps) == step }
  }

  private func point(_ index: Int, _ steps: Int) -> Int {
    switch self {
    case .linear(let n):
      return Int((Double(index) * Double(steps) / Double(n)).rounded())
    case .logarithmic(let n): return Int(Self.power(index, n, steps).rounded())
    case .logarithmicDown(let n): return Int(Self.power(index, n, steps).rounded(.down))
    case .every, .at, .union: return index
    }
  }

  /// T^(i / (n - 1)), exactly T at the last; T alone for n = 1.
  private static func power(_ index: Int, _ n: Int, _ steps: Int) -> Double {
    index < n - 1 ? pow(Double(steps), Double(index) / Double(n - 1)) : Double(steps)
  }
}
