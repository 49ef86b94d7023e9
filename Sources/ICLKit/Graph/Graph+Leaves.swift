import CICL

/// Whether numbers are drawn once, from the seed of the run, or anew for every prompt.
public enum RandomScope: UInt32, Sendable {
  /// In tasks only.
  case prompt
  case run
}

extension Graph {
  /// A tensor of the prompt: "x" [N + 1, D], "y" [N, O], or another of the signature.
  public func input(_ name: String) -> Tensor { Tensor(table.input(builder, name), in: self) }

  /// A trained tensor that starts as `initial`, which is made of random and constant tensors.
  public func parameter(_ name: String, initial: Tensor) -> Tensor {
    Tensor(table.parameter(builder, name, initial.node), in: self)
  }

  /// A trained tensor that starts with independent normal values of this standard deviation, from
  /// the stream of its full name.
  public func parameter(_ name: String, _ shape: [Int], standardDeviation: Double) -> Tensor {
    let stream = path.isEmpty ? name : "\(path).\(name)"
    return parameter(name, initial: standardDeviation * normal(stream, shape))
  }

  /// Row-major.
  public func constant(_ values: [Double], _ shape: [Int]) -> Tensor {
    guard values.count == Self.constantCount(shape) else {
      return fail("constant: \(values.count) values for shape \(shape)")
    }
    return Tensor(table.constant(builder, UInt32(shape.count), extents(shape), values), in: self)
  }

  /// The value at each index: graph.constant([n, n]) { $0[0] > $0[1] ? 1 : 0 }.
  public func constant(_ shape: [Int], _ value: (_ index: [Int]) -> Double) -> Tensor {
    guard let count = Self.constantCount(shape) else {
      return fail(
        "constant: shape \(shape) holds more than 2^28 elements; no constant may be larger")
    }
    var index = [Int](repeating: 0, count: shape.count)
    let values = (0..<count).map { number in
      var rest = number
      for axis in shape.indices.reversed() {
        index[axis] = rest % shape[axis]
        rest /= shape[axis]
      }
      return value(index)
    }
    return constant(values, shape)
  }

  /// The elements of a constant, counted before memory is asked for; nil above the host's limit.
  private static func constantCount(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 0))
      guard !overflow, product <= 1 << 28 else { return nil }
      count = product
    }
    return count
  }

  public func constant(_ value: Double) -> Tensor {
    Tensor(table.scalar(builder, value), in: self)
  }

  public func zeros(_ shape: [Int]) -> Tensor { constant(shape) { _ in 0 } }

  public func ones(_ shape: [Int]) -> Tensor { constant(shape) { _ in 1 } }

  /// Mean 0, variance 1. The same (seed, stream) gives the same numbers, whatever else there is.
  public func normal(_ stream: String, _ shape: [Int], per scope: RandomScope = .run) -> Tensor {
    random(ICL_NORMAL, stream, shape, scope)
  }

  /// In [0, 1).
  public func uniform(_ stream: String, _ shape: [Int], per scope: RandomScope = .run) -> Tensor {
    random(ICL_UNIFORM, stream, shape, scope)
  }

  /// Haar-distributed, [n, n].
  public func orthogonal(_ stream: String, _ n: Int, per scope: RandomScope = .run) -> Tensor {
    random(ICL_ORTHOGONAL, stream, [n, n], scope)
  }

  /// Of 0 ..< n, shape [n].
  public func permutation(_ stream: String, _ n: Int, per scope: RandomScope = .run) -> Tensor {
    random(ICL_PERMUTATION, stream, [n], scope)
  }

  /// Which prompt of the step this is, counted from 0, [1]. In tasks only.
  ///
  /// With run.prompts = P it numbers the prompts of the fixed set: row i of a table of the run
  /// belongs to prompt i.
  public func promptIndex() -> Tensor { random(ICL_INDEX, "index", [1], .prompt) }

  private func random(
    _ kind: UInt32, _ stream: String, _ shape: [Int], _ scope: RandomScope
  ) -> Tensor {
    Tensor(
      table.random(
        builder, kind, scope.rawValue, stream, UInt32(shape.count), extents(shape)), in: self)
  }
}

/// Extents as the host reads them; a negative one becomes too large, which the host explains.
func extents(_ shape: [Int]) -> [UInt64] { shape.map { UInt64(bitPattern: Int64($0)) } }
