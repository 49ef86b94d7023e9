/// The parts of an ELF file that say where its notes are (System V ABI, 64 bits, little-endian).
///
/// Every range is checked against the file's size, so that opening a file that was cut short is
/// refused here and does not end the process in the dynamic loader.
struct ELFImage {
  struct NoteRange {
    var offset: UInt64
    var count: UInt64
    var alignment: Int
  }

  private let file: FileBytes
  private let path: String
  private let programHeaders: [[UInt8]]
  private let sections: (offset: UInt64, count: UInt64)

  #if arch(x86_64)
    static let machine: (code: UInt64, name: String) = (62, "x86-64")
  #elseif arch(arm64)
    static let machine: (code: UInt64, name: String) = (183, "AArch64")
  #endif

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
    programHeaders = stride(from: 0, to: table.count, by: 56).map { Array(table[$0..<$0 + 56]) }

    let sectionOffset = Self.number(header, 40, 8)
    let sectionCount = Self.number(header, 60, 2)
    let hasSections = sectionOffset != 0 && Self.number(header, 58, 2) == 64
    sections = hasSections ? (sectionOffset, sectionCount) : (0, 0)
    if hasSections {
      let end = sectionOffset.addingReportingOverflow(sectionCount * 64)
      guard !end.overflow, end.partialValue <= file.size else { throw Self.truncated(path) }
    }
    for segment in programHeaders where Self.number(segment, 0, 4) == 1 {
      let end = Self.number(segment, 8, 8).addingReportingOverflow(Self.number(segment, 32, 8))
      guard !end.overflow, end.partialValue <= file.size else { throw Self.truncated(path) }
    }
  }

  /// Segments of notes, then sections of notes, for files whose segments were not laid out.
  func noteRanges() throws(PluginError) -> [NoteRange] {
    var ranges: [NoteRange] = []
    for segment in programHeaders where Self.number(segment, 0, 4) == 4 {
      ranges.append(
        NoteRange(
          offset: Self.number(segment, 8, 8), count: Self.number(segment, 32, 8),
          alignment: Self.number(segment, 48, 8) == 8 ? 8 : 4))
    }
    if let table = file.read(at: sections.offset, count: sections.count * 64) {
      for start in stride(from: 0, to: table.count, by: 64) {
        let section = Array(table[start..<start + 64])
        guard Self.number(section, 4, 4) == 7 else { continue }
        ranges.append(
          NoteRange(
            offset: Self.number(section, 24, 8), count: Self.number(section, 32, 8),
            alignment: Self.number(section, 48, 8) == 8 ? 8 : 4))
      }
    }
    for range in ranges {
      let end = range.offset.addingReportingOverflow(range.count)
      guard !end.overflow, end.partialValue <= file.size else { throw Self.truncated(path) }
    }
    return ranges
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  private static func truncated(_ path: String) -> PluginError {
    PluginError(
      .truncatedFile, "the file is cut short: it is smaller than its headers say.",
      hint: "Build or copy it again.", path: path)
  }
}
