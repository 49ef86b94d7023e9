import Glibc
import ICLPlugins

/// An option of the task, the model or the optimizer that changes while a run trains.
///
/// Between two given steps a and b, with u = (t - a) / (b - a), its value at step t is the earlier
/// one, (1 - u) v_a + u v_b, or v_a^(1 - u) v_b^u; after the last it stays. Step t is the one that
/// follows t updates. Whole-number options are rounded.
public struct OptionSchedule: Hashable, Sendable {
  public enum Interpolation: String, Hashable, Sendable, CaseIterable {
    case step, linear, logarithmic
  }

  /// One given value, as it was written.
  public struct Point: Hashable, Sendable {
    public var step: Int
    public var text: String
    public var origin: ValueOrigin

    public init(step: Int, text: String, origin: ValueOrigin = .commandLine) {
      self.step = step
      self.text = text
      self.origin = origin
    }
  }

  /// `.model`, `.task` or `.optimizer`.
  public var owner: OptionOwner
  public var option: String
  /// At least one, the first at step 0, in order.
  public var points: [Point]
  public var interpolation: Interpolation
  /// Steps between changes, where values are interpolated.
  public var every: Int
  public var origin: ValueOrigin
  /// Whether the option is a whole number; known once its component is.
  public internal(set) var isWhole = false

  public init(
    owner: OptionOwner, option: String, points: [Point], interpolation: Interpolation = .step,
    every: Int = 1, origin: ValueOrigin = .commandLine
  ) {
    self.owner = owner
    self.option = option
    self.points = points
    self.interpolation = interpolation
    self.every = every
    self.origin = origin
  }

  /// "task.noise-variance"
  public var path: String { "\(owner).\(option)" }

  /// The option's value at a step, as a user would write it.
  public func text(at step: Int) -> String {
    let next = points.firstIndex { $0.step > step } ?? points.count
    let before = points[max(next - 1, 0)]
    guard interpolation != .step, next < points.count, next > 0 else { return before.text }
    let after = points[next]
    // Changes come at multiples of `every` from the point on.
    let held = before.step + (step - before.step) / every * every
    if held == before.step { return before.text }
    let fraction = Double(held - before.step) / Double(after.step - before.step)
    guard let from = Double(before.text), let to = Double(after.text) else { return before.text }
    let value =
      interpolation == .linear
      ? (1 - fraction) * from + fraction * to
      : pow(from, 1 - fraction) * pow(to, fraction)
    return (isWhole ? OptionValue.integer(Int64(value.rounded())) : .real(value)).description
  }

  /// Whether the value at a step differs from that of the step before.
  public func changes(at step: Int) -> Bool {
    guard step > 0, let before = points.last(where: { $0.step <= step }) else { return false }
    let since = step - before.step
    if since > 0 && (interpolation == .step || !since.isMultiple(of: every)) { return false }
    return text(at: step) != text(at: step - 1)
  }
}
