internal import CICLBackend

/// The control bits of the processor's floating-point unit: rounding, flush-to-zero, traps.
///
/// A library linked with -ffast-math sets flush-to-zero for the whole process while it is opened.
struct FloatingPointMode: Hashable {
  private let bits: UInt64

  static var current: FloatingPointMode { FloatingPointMode(bits: icl_floating_point_mode()) }

  /// Runs the body and puts the mode back; says whether the body had changed it.
  static func guarding<Result>(_ body: () -> Result) -> (result: Result, changed: Bool) {
    let before = current
    let result = body()
    let changed = current != before
    if changed { icl_set_floating_point_mode(before.bits) }
    return (result, changed)
  }
}
