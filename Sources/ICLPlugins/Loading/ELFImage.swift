/// An ELF file as the dynamic loader reads it (System V ABI, 64 bits, little-endian): its segments.
///
/// Nothing of the file runs, and nothing that it says is believed: every range is checked against
/// the file's size, so that opening a file that was cut short is refused here and does not end the
/// process in the dynamic loader.
package struct ELFImage {
  package struct Segment: Sendable {
    package let type: UInt64
    package let flags: UInt64
    package let offset: UInt64
    package let address: UInt64
    /// Bytes of the file.
    package let count: UInt64
    let alignment: UInt64

    package var isWritable: Bool { flags & 2 != 0 }
    package var isExecutable: Bool { flags & 1 != 0 }

    package static let loaded: UInt64 = 1
    package static let dynamic: UInt64 = 2
    package static let notes: UInt64 = 4
    package static let stack: UInt64 = 0x6474_e551
  }

  struct NoteRange {
    var offset: UInt64
    var count: UInt64
    var alignment: Int
  }

  let file: FileBytes
  let path: String
  package let segments: [Segment]
  private let sections: (offset: UInt64, count: UInt64)

  #if arch(x86_64)
    static let machine: (code: UInt64, name: String) = (62, "x86-64")
  #elseif arch(arm64)
    static let machine: (code: UInt64, name: String) = (183, "AArch64")
  #endif

  package init(path: String) throws(PluginError) {
    try self.init(FileBytes(path: path), path: path)
  }

  init(_ file: FileBytes, path: String) throws(PluginError) {
    self.file = file
    self.path = path
    let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]
    guard let start = file.read(at: 0, count: min(16, file.size)), start.starts(with: magic) else {
      throw PluginError(
        .notELF, "this is not a shared library: it does not begin as an ELF file does.", path: path)
    }
    guard let header = file.read(at: 0, count: 64) else { throw Self.truncated(path) }
    guard header[4] == 2, header[5] == 1, header[6] == 1,
      Self.number(header, 18, 2) == Self.machine.code
    else {
      throw PluginError(
        .wrongMachine,
        "the library is for another machine; this host is \(Self.machine.name), 64 bits, "
          + "little-endian.",
        hint: "Build the plugin for this machine.", path: path)
    }
    guard Self.number(header, 16, 2) == 3 else {
      throw PluginError(
        .notALibrary, "this ELF file is not a shared library.",
        hint: "Link the plugin with: -shared -fPIC", path: path)
    }
    let programOffset = Self.number(header, 32, 8)
    let programCount = Self.number(header, 56, 2)
    guard programCount > 0, programCount < 0xffff, Self.number(header, 54, 2) == 56 else {
      throw PluginError(
        .notALibrary, "this ELF file has no program headers, so nothing of it can be loaded.",
        path: path)
    }
    guard let table = file.read(at: programOffset, count: programCount * 56) else {
      throw Self.truncated(path)
    }
    segments = stride(from: 0, to: table.count, by: 56).map { start in
      Segment(
        type: Self.number(table, start, 4), flags: Self.number(table, start + 4, 4),
        offset: Self.number(table, start + 8, 8), address: Self.number(table, start + 16, 8),
        count: Self.number(table, start + 32, 8), alignment: Self.number(table, start + 48, 8))
    }
    let sectionOffset = Self.number(header, 40, 8)
    let sectionCount = Self.number(header, 60, 2)
    let hasSections = sectionOffset != 0 && Self.number(header, 58, 2) == 64
    sections = hasSections ? (sectionOffset, sectionCount) : (0, 0)
    if hasSections { try check(sectionOffset, sectionCount * 64) }
    for segment in segments where segment.type == Segment.loaded {
      try check(segment.offset, segment.count)
    }
  }

  /// Segments of notes, then sections of notes, for files whose segments were not laid out.
  func noteRanges() throws(PluginError) -> [NoteRange] {
    var ranges = segments.filter { $0.type == Segment.notes }.map {
      NoteRange(offset: $0.offset, count: $0.count, alignment: $0.alignment == 8 ? 8 : 4)
    }
    if let table = file.read(at: sections.offset, count: sections.count * 64) {
      for start in stride(from: 0, to: table.count, by: 64)
      where Self.number(table, start + 4, 4) == 7 {
        ranges.append(
          NoteRange(
            offset: Self.number(table, start + 24, 8), count: Self.number(table, start + 32, 8),
            alignment: Self.number(table, start + 48, 8) == 8 ? 8 : 4))
      }
    }
    for range in ranges { try check(range.offset, range.count) }
    return ranges
  }

  private func check(_ offset: UInt64, _ count: UInt64) throws(PluginError) {
    let end = offset.addingReportingOverflow(count)
    guard !end.overflow, end.partialValue <= file.size else { throw Self.truncated(path) }
  }

  static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  static func truncated(_ path: String) -> PluginError {
    PluginError(
      .truncatedFile, "the file is cut short: it is smaller than its headers say.",
      hint: "Build or copy it again.", path: path)
  }
}
