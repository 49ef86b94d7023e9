import ICLEngine

extension Trainer {
  /// Stops a run whose loss or gradient is not a number any more: nothing after it would mean
  /// anything.
  func checkFinite(_ loss: Double, _ batch: Program.Batch, step: Int) throws(Failure) {
    let badGradient = parameters.names.indices.first { !isFinite(gradient: $0) }
    guard !loss.isFinite || badGradient != nil else { return }
    let what =
      loss.isFinite
      ? "the gradient of \(parameters.names[badGradient!]) is not finite"
      : "the loss is \(loss)"
    let found = try failing { try program.firstNonFinite(batch) }
    let first = found.map { " The first value that is not finite: \($0.name)." } ?? ""
    throw Failure(
      .checkFailed, key: "step \(step + 1)", "\(what).\(first)", hint: suggestion)
  }

  private var suggestion: String {
    let warmUp =
      options.schedule.warmUp == 0
      ? "a warm-up (run.warm-up=\(max(1, options.steps / 20)))" : "a longer run.warm-up"
    let precision = options.precision == .single ? ", or --precision double" : ""
    return "Try a smaller optimizer.learning-rate, \(warmUp)\(precision)."
  }

  private func isFinite(gradient index: Int) -> Bool {
    let count = parameters.shapes[index].count
    let pointer = program.pointer(ofRoot: index + 1)
    switch parameters.precision {
    case .single: return isFinite(pointer.assumingMemoryBound(to: Float.self), count)
    case .double: return isFinite(pointer.assumingMemoryBound(to: Double.self), count)
    }
  }

  /// x - x is 0 for finite x and not a number otherwise.
  private func isFinite<Scalar: BinaryFloatingPoint>(
    _ values: UnsafePointer<Scalar>, _ count: Int
  ) -> Bool {
    // Four sums at once hide the latency of the additions.
    var (a, b, c, d): (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
    var index = 0
    while index + 4 <= count {
      a += values[index] - values[index]
      b += values[index + 1] - values[index + 1]
      c += values[index + 2] - values[index + 2]
      d += values[index + 3] - values[index + 3]
      index += 4
    }
    while index < count {
      a += values[index] - values[index]
      index += 1
    }
    return a + b + c + d == 0
  }
}
