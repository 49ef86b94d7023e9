import Glibc

/// The learning rate over a run, as a factor of its full value.
///
/// In the first W steps it rises in a straight line, (t + 1) / W at step t = 0, 1, ... Then, with
/// p going from 0 at step W to 1 at the last step and final fraction f, it is
/// constant 1, linear 1 - (1 - f) p, or cosine f + (1 - f) (1 + cos πp) / 2.
public struct Schedule: Hashable, Sendable {
  public enum Decay: String, Hashable, Sendable, CaseIterable { case constant, linear, cosine }

  public var decay: Decay
  /// In steps.
  public var warmUp: Int
  /// At the last step; without meaning for `constant`.
  public var finalFraction: Double

  public init(decay: Decay = .constant, warmUp: Int = 0, finalFraction: Double = 0) {
    self.decay = decay
    self.warmUp = warmUp
    self.finalFraction = finalFraction
  }

  /// - Parameter step: 0 in the first step.
  public func scale(step: Int, of steps: Int) -> Double {
    if step < warmUp { return Double(step + 1) / Double(warmUp) }
    let span = steps - 1 - warmUp
    let progress = span > 0 ? Double(step - warmUp) / Double(span) : 0
    return switch decay {
    case .constant: 1
    case .linear: 1 - (1 - finalFraction) * progress
    case .cosine: finalFraction + (1 - finalFraction) * (1 + cos(.pi * progress)) / 2
    }
  }
}
