import Testing

/// The growth rule refuses each thing that breaks an old plugin, and nothing else.
@Suite struct GrowthTests {
  @Test(arguments: Mutation.all)
  func refusesAndAccepts(mutation: Mutation) throws {
    let header = try Header.current()
    let changed = try Snapshot(mutation.apply(header))
    let old = try Snapshot(header)
    #expect(changed != old)
    let violations = Growth.violations(from: old, to: changed)
    #expect(violations.isEmpty == mutation.isGrowth, "\(violations)")
  }

  @Test func sameHeaderIsFine() throws {
    let now = try Snapshot(Header.current())
    #expect(Growth.violations(from: now, to: now) == [])
  }

  @Test func aReorderIsNamed() {
    let old = made([("a", "uint32_t a", 4, 4), ("b", "uint32_t b", 8, 4)], size: 12)
    let new = made([("b", "uint32_t b", 4, 4), ("a", "uint32_t a", 8, 4)], size: 12)
    #expect(
      Growth.violations(from: old, to: new) == [
        "s, field 2 was `uint32_t a` and is `uint32_t b`",
        "s, field 3 was `uint32_t b` and is `uint32_t a`",
      ])
  }

  @Test func aFieldInFormerPaddingIsRefused() {
    let old = made([("a", "uint64_t a", 8, 8), ("b", "uint32_t b", 16, 4)], size: 24)
    let new = made(
      [("a", "uint64_t a", 8, 8), ("b", "uint32_t b", 16, 4), ("c", "uint32_t c", 20, 4)], size: 24)
    #expect(Growth.violations(from: old, to: new) == ["s: c lies in what was padding"])
  }

  @Test func aMinorVersionNeverFalls() {
    let old = made(minor: "2u")
    #expect(
      Growth.violations(from: old, to: made(minor: "1u")) == [
        "the minor version fell from 2 to 1"
      ])
    #expect(Growth.violations(from: old, to: made(minor: "3u")) == [])
  }

  func made(_ fields: [(String, String, Int, Int)], size: Int) -> Snapshot.Struct {
    let all = [("struct_size", "uint32_t struct_size", 0, 4)] + fields
    return Snapshot.Struct(
      name: "s", size: size, alignment: 8,
      fields: all.map { .init(name: $0.0, declaration: $0.1, offset: $0.2, size: $0.3) })
  }

  func made(minor: String) -> Snapshot {
    Snapshot(
      structs: [], constants: ["ICL_ABI_MAJOR": "1u", "ICL_ABI_MINOR": minor], macros: [],
      types: [:], functions: [:])
  }
}
