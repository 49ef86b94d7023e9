/// The sections of a 64-bit ELF file that hold debug information, by name.
struct DebugSections {
  private(set) var byName: [String: [UInt8]] = [:]

  /// nil where the file has none, or has it compressed.
  init?(path: String) {
    guard let file = try? FileBytes(path: path), let header = file.read(at: 0, count: 64),
      header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
    else { return nil }
    func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
    }
    let count = number(header, 60, 2)
    guard let table = file.read(at: number(header, 40, 8), count: count * 64) else { return nil }
    let rows = (0..<Int(count)).map { Array(table[$0 * 64..<$0 * 64 + 64]) }
    let namesIndex = Int(number(header, 62, 2))
    guard rows.indices.contains(namesIndex),
      let names = file.read(
        at: number(rows[namesIndex], 24, 8), count: number(rows[namesIndex], 32, 8))
    else { return nil }
    for row in rows {
      let start = Int(number(row, 0, 4))
      guard start < names.count else { continue }
      let name = String(decoding: names[start...].prefix { $0 != 0 }, as: UTF8.self)
      let isCompressed = number(row, 8, 8) & 0x800 != 0
      guard name.hasPrefix(".debug_"), !isCompressed,
        let bytes = file.read(at: number(row, 24, 8), count: number(row, 32, 8))
      else { continue }
      byName[name] = bytes
    }
    guard byName[".debug_info"] != nil, byName[".debug_abbrev"] != nil else { return nil }
  }
}
