internal import Glibc

/// The control bits of the processor's floating-point unit: rounding, flush-to-zero, traps.
///
/// A library linked with -ffast-math sets flush-to-zero for the whole process while it is opened.
struct FloatingPointMode: Hashable {
  private let bits: UInt64

  #if arch(x86_64)
    /// The six flags that say what has happened are not part of the mode.
    private static let flags: UInt64 = 0x3f
  #elseif arch(arm64)
    private static let flags: UInt64 = 0
  #endif

  static var current: FloatingPointMode {
    var environment = fenv_t()
    fegetenv(&environment)
    #if arch(x86_64)
      return FloatingPointMode(bits: UInt64(environment.__mxcsr) & ~flags)
    #elseif arch(arm64)
      return FloatingPointMode(bits: UInt64(environment.__fpcr))
    #endif
  }

  /// Runs the body and puts the mode back; says whether the body had changed it.
  static func guarding<Result>(_ body: () -> Result) -> (result: Result, changed: Bool) {
    var saved = fenv_t()
    fegetenv(&saved)
    let before = current
    let result = body()
    let changed = current != before
    if changed { fesetenv(&saved) }
    return (result, changed)
  }
}
