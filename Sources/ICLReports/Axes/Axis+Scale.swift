import Glibc

extension Axis.Scale {
  /// The place of a value on a ruler of this scale; not a number where it has none.
  func forward(_ value: Double) -> Double {
    switch self {
    case .linear: value
    case .logarithmic: value > 0 ? log10(value) : .nan
    case .symmetricLogarithmic(let linear):
      (value < 0 ? -1 : 1) * log10(1 + abs(value) / linear)
    }
  }

  func backward(_ place: Double) -> Double {
    switch self {
    case .linear: place
    case .logarithmic: pow(10, place)
    case .symmetricLogarithmic(let linear):
      (place < 0 ? -1 : 1) * linear * (pow(10, abs(place)) - 1)
    }
  }

  /// As scripts of a page know it: "linear", "log", "symlog 0.1".
  var word: String {
    switch self {
    case .linear: "linear"
    case .logarithmic: "log"
    case .symmetricLogarithmic(let linear): "symlog \(linear)"
    }
  }
}

/// From values of an axis to pixels.
struct Ruler: Hashable {
  let scale: Axis.Scale
  let limits: ClosedRange<Double>
  /// Pixels of the lower and the upper limit.
  let start: Double
  let end: Double

  /// Not a number for a value that the scale cannot show.
  func position(_ value: Double) -> Double {
    let low = scale.forward(limits.lowerBound)
    let high = scale.forward(limits.upperBound)
    return start + (scale.forward(value) - low) / (high - low) * (end - start)
  }

  func contains(_ value: Double) -> Bool { limits.contains(value) }
}
