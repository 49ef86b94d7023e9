import Glibc
import ICLPlugins
import Testing

/// -ffast-math links start-up code that flushes subnormal numbers to zero in the whole process.
@Suite struct FloatingPointTests {
  /// Half of the smallest normal number: 0 where subnormals are flushed.
  private func subnormalsSurvive() -> Bool {
    strtod("2.2250738585072014e-308", nil) * 0.5 > 0
  }

  @Test func aFastMathLibraryIsRefusedAgainAndAgain() throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c", ["-ffast-math"])
    for _ in 0..<2 {
      let error = try #require(refusal { _ = try load(path: path) })
      #expect(error.code == .floatingPointState)
      #expect(
        error.message
          == "opening this library changed the floating-point mode of the process "
          + "(flush-to-zero or rounding).")
      #expect(error.hint.contains("-ffast-math"))
      #expect(subnormalsSurvive())
    }
    let library = try load(path: path, floatingPoint: .warn)
    #expect(
      library.warnings
        == ["opening the library changed the floating-point mode; it was put back"])
    #expect(subnormalsSurvive())
  }

  @Test func aWarningIsEnoughWhereAsked() throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c", ["-DENTRY_FLUSHES"])
    let library = try load(path: path, floatingPoint: .warn)
    #expect(
      library.warnings
        == ["icl_plugin_v1 changed the floating-point mode of the process; it was put back"])
    #expect(subnormalsSurvive())
  }
}
