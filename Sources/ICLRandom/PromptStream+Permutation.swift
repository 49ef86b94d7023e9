extension PromptStream {
  /// A permutation of 0 ..< count, all equally likely.
  ///
  /// Fisher–Yates from the end with the stream's Double uniforms in order: for i = count - 1 down
  /// to 1, swap i with floor(u (i + 1)). The same in every precision of a run.
  public func permutation(_ count: Int) -> [Int] {
    guard count > 1 else { return Array(0..<count) }
    let uniforms = [Double](unsafeUninitializedCapacity: count - 1) { buffer, initialized in
      uniform(into: UnsafeMutableBufferPointer(rebasing: buffer[..<(count - 1)]))
      initialized = count - 1
    }
    var order = Array(0..<count)
    for (draw, i) in stride(from: count - 1, through: 1, by: -1).enumerated() {
      order.swapAt(i, Int(uniforms[draw] * Double(i + 1)))
    }
    return order
  }

  /// A permutation of 0 ..< values.count as numbers; exact below 2^24.
  public func permutation(into values: UnsafeMutableBufferPointer<Float>) {
    for (index, value) in permutation(values.count).enumerated() { values[index] = Float(value) }
  }

  /// A permutation of 0 ..< values.count as numbers.
  public func permutation(into values: UnsafeMutableBufferPointer<Double>) {
    for (index, value) in permutation(values.count).enumerated() { values[index] = Double(value) }
  }
}
