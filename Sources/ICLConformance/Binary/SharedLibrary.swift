internal import Glibc

/// What the file of a shared library says of itself (System V ABI, 64 bits, little-endian), read from
/// its bytes: nothing of it runs.
struct SharedLibrary {
  struct Segment {
    let type: UInt64
    let flags: UInt64
    let offset: Int
    let address: UInt64
    let size: Int
    var isWritable: Bool { flags & 2 != 0 }
    var isExecutable: Bool { flags & 1 != 0 }
  }

  struct Symbol {
    let name: String
    let isDefined: Bool
    let isWeak: Bool
    let isLocal: Bool
    /// Hidden symbols are not exported.
    let isVisible: Bool
  }

  let segments: [Segment]
  let symbols: [Symbol]
  /// Libraries that it asks for, by soname.
  let needed: [String]
  /// Entries of RPATH and RUNPATH.
  let runPath: [String]
  let hasTextRelocations: Bool
  let hasStaticTLS: Bool

  static let loaded: UInt64 = 1
  static let stack: UInt64 = 0x6474_e551

  init(path: String) throws {
    guard let bytes = Self.read(path) else {
      throw Finding(sentence: "the file cannot be read")
    }
    let file = Bytes(bytes)
    guard bytes.count >= 64, bytes[0..<4] == [0x7f, 0x45, 0x4c, 0x46], bytes[4] == 2, bytes[5] == 1
    else { throw Finding(sentence: "this is no 64-bit ELF file") }
    let programs = Int(try file.number(32, 8))
    segments = try (0..<Int(try file.number(56, 2))).map { index in
      let start = programs + index * 56
      return Segment(
        type: try file.number(start, 4), flags: try file.number(start + 4, 4),
        offset: Int(clamping: try file.number(start + 8, 8)),
        address: try file.number(start + 16, 8),
        size: Int(clamping: try file.number(start + 32, 8)))
    }
    let sections = Int(try file.number(40, 8))
    let tables = try (0..<Int(try file.number(60, 2))).map { index in
      try Section(file, sections + index * 64)
    }
    guard let table = tables.first(where: { $0.type == 11 }), table.link < tables.count else {
      throw Finding(sentence: "it has no table of dynamic symbols")
    }
    let names = tables[table.link]
    symbols = try (1..<max(table.size / 24, 1)).map { index in
      let start = table.offset + index * 24
      let information = try file.number(start + 4, 1)
      return Symbol(
        name: try file.text(names.offset + Int(try file.number(start, 4))),
        isDefined: try file.number(start + 6, 2) != 0, isWeak: information >> 4 == 2,
        isLocal: information >> 4 == 0, isVisible: try file.number(start + 5, 1) & 3 != 2)
    }
    guard let dynamic = tables.first(where: { $0.type == 6 }), dynamic.link < tables.count else {
      throw Finding(sentence: "it has no dynamic section")
    }
    var needed: [String] = []
    var paths: [String] = []
    var textRelocations = false
    var staticTLS = false
    for start in stride(from: dynamic.offset, to: dynamic.offset + dynamic.size, by: 16) {
      let value = try file.number(start + 8, 8)
      let text = { try file.text(tables[dynamic.link].offset + Int(clamping: value)) }
      switch try file.number(start, 8) {
      case 1: needed.append(try text())
      case 15, 29: paths += try text().split(separator: ":").map(String.init)
      case 22: textRelocations = true
      case 30:
        if value & 4 != 0 { textRelocations = true }
        if value & 16 != 0 { staticTLS = true }
      default: break
      }
    }
    (self.needed, runPath) = (needed, paths)
    (hasTextRelocations, hasStaticTLS) = (textRelocations, staticTLS)
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    guard size > 0, size < 1 << 31 else { return nil }
    rewind(file)
    var bytes = [UInt8](repeating: 0, count: size)
    return fread(&bytes, 1, size, file) == size ? bytes : nil
  }

  private struct Section {
    let type: UInt64
    let offset: Int
    let size: Int
    let link: Int

    init(_ file: Bytes, _ start: Int) throws {
      type = try file.number(start + 4, 4)
      offset = Int(clamping: try file.number(start + 24, 8))
      size = Int(clamping: try file.number(start + 32, 8))
      link = Int(try file.number(start + 40, 4))
    }
  }
}

/// Numbers and texts of a file, never past its end.
private struct Bytes {
  private let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func number(_ offset: Int, _ count: Int) throws -> UInt64 {
    guard offset >= 0, offset <= bytes.count - count else {
      throw Finding(sentence: "the file is cut short: it is smaller than its headers say")
    }
    return (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  func text(_ offset: Int) throws -> String {
    guard offset >= 0, offset < bytes.count else {
      throw Finding(sentence: "a name lies outside the file")
    }
    return String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
  }
}
