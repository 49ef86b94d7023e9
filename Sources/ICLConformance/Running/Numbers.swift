internal import Glibc
internal import ICLRandom

/// Random numbers of a check, in order: a pure function of seed and name.
struct Numbers {
  private let key: StreamKey
  private var next: UInt64 = 0

  init(seed: UInt64, stream: String) {
    key = StreamKey(seed: seed, stream: "conformance." + stream, scope: .prompt)
  }

  mutating func normal(_ count: Int) -> [Double] { draw(count) { $0.normal(into: $1) } }
  mutating func uniform(_ count: Int) -> [Double] { draw(count) { $0.uniform(into: $1) } }

  /// A whole number below a bound.
  mutating func index(below bound: Int) -> Int {
    min(Int(uniform(1)[0] * Double(bound)), bound - 1)
  }

  /// 0 ..< count in another order.
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }

  private mutating func draw(
    _ count: Int, _ fill: (PromptStream, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    next += 1
    var values = [Double](repeating: 0, count: count)
    let stream = PromptStream(key: key, step: 0, prompt: next)
    if count > 0 { values.withUnsafeMutableBufferPointer { fill(stream, $0) } }
    return values
  }
}
