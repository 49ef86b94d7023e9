import Glibc

/// A series with the spectrum of another and random phases: as smooth, but without its course.
///
/// PCA of smooth series shows arcs and Lissajous figures whatever they are; what it shows of these is
/// the control. The straight line between the ends is taken off before and put back after, since a
/// series that does not end where it began has a jump in its periodic continuation.
public struct PhaseRandomised {
  private let length: Int
  private let cosines: [Double]
  private let sines: [Double]

  public init(length: Int) {
    self.length = length
    let turn = 2 * Double.pi / Double(max(length, 1))
    cosines = (0..<length).map { cos(turn * Double($0)) }
    sines = (0..<length).map { sin(turn * Double($0)) }
  }

  /// - Parameter phases: numbers in [0, 1), one for each frequency 1 ... ⌊(n - 1)/2⌋.
  public func series(_ values: [Double], phases: [Double]) -> [Double] {
    let n = length
    precondition(values.count == n, "\(values.count) numbers are no series of \(n)")
    guard n > 2 else { return values }
    let slope = (values[n - 1] - values[0]) / Double(n - 1)
    let level = values.indices.map { values[$0] - values[0] - slope * Double($0) }
    var result = [Double](repeating: level.reduce(0, +) / Double(n), count: n)
    for frequency in 1...n / 2 {
      var (real, imaginary) = (0.0, 0.0)
      for t in 0..<n {
        let place = frequency * t % n
        real += level[t] * cosines[place]
        imaginary += level[t] * sines[place]
      }
      let isMiddle = 2 * frequency == n
      let size = (real * real + imaginary * imaginary).squareRoot() * (isMiddle ? 1 : 2) / Double(n)
      // The middle frequency has no phase: cos πt has nothing beside it.
      let phase = isMiddle ? 0 : 2 * Double.pi * phases[frequency - 1]
      let (a, b) = (size * cos(phase), size * sin(phase))
      for t in 0..<n {
        let place = frequency * t % n
        result[t] += a * cosines[place] + b * sines[place]
      }
    }
    return values.indices.map { result[$0] + values[0] + slope * Double($0) }
  }

  public static func phaseCount(length: Int) -> Int { max(0, (length - 1) / 2) }
}
