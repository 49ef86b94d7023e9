import ICLPlugins

/// Damaged shared libraries, for the reader of the ELF note and of what a library asks the loader for.
struct NoteTarget: FuzzTarget {
  static let name = "note"
  private let place: FuzzPlace

  init(_ place: FuzzPlace) { self.place = place }

  mutating func run(_ random: inout Generator) throws {
    let valid = Self.library(
      notesBefore: random.below(3), eightByte: random.chance(1, in: 2),
      gnuHash: random.chance(1, in: 2))
    let isMutated = random.chance(19, in: 20)
    try place.write(isMutated ? Mutation.applied(to: valid, &random) : valid)
    try readDynamic(isMutated)
    let note: PluginNote
    do {
      note = try PluginNote.read(path: place.input)
    } catch {
      guard isMutated else { throw Contradiction("an undamaged note was refused: \(error)") }
      guard !error.message.isEmpty else { throw Contradiction("a refusal without a message") }
      return
    }
    guard isMutated || (note.major, note.minor) == (1, 0) else {
      throw Contradiction("an undamaged note was read as \(note.major).\(note.minor)")
    }
  }

  private func readDynamic(_ isMutated: Bool) throws {
    let dynamic: ELFDynamic
    do {
      dynamic = try ELFDynamic(path: place.input)
    } catch {
      guard isMutated else { throw Contradiction("an undamaged library was refused: \(error)") }
      guard !error.message.isEmpty else { throw Contradiction("a refusal without a message") }
      return
    }
    guard isMutated || dynamic.symbols.map(\.name) == ["puts", "icl_plugin_v1"],
      isMutated || (dynamic.needed, dynamic.runPath) == (["libc.so.6"], ["$ORIGIN", "/opt"])
    else { throw Contradiction("an undamaged library was read as \(dynamic)") }
  }

  /// An ELF header, a loadable segment, a segment of notes, a dynamic segment, a table of sections.
  private static func library(notesBefore: Int, eightByte: Bool, gnuHash: Bool) -> [UInt8] {
    var notes: [UInt8] = []
    func note(_ name: String, _ type: UInt32, _ description: [UInt32]) {
      notes += bytes(UInt32(name.utf8.count + 1)) + bytes(UInt32(4 * description.count))
      notes += bytes(type) + Array(name.utf8) + [0]
      while notes.count % (eightByte ? 8 : 4) != 0 { notes.append(0) }
      notes += description.flatMap { bytes($0) }
      while notes.count % (eightByte ? 8 : 4) != 0 { notes.append(0) }
    }
    for index in 0..<notesBefore { note("GNU", UInt32(index + 1), [1, 2, 3, 4]) }
    note("ICL", 1, [1, 0])
    while notes.count % 8 != 0 { notes.append(0) }
    let start = UInt64(64 + 3 * 56)
    let (tables, dynamic) = linking(at: start + UInt64(notes.count), gnuHash: gnuHash)
    let sections = start + UInt64(notes.count + tables.count + dynamic.count)
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
    file += bytes(UInt16(3)) + bytes(UInt16(62)) + bytes(UInt32(1)) + bytes(UInt64(0))
    file += bytes(UInt64(64)) + bytes(sections) + bytes(UInt32(0))
    file += [64, 56, 3, 64, 1, 0].flatMap { bytes(UInt16($0)) }
    func segment(_ type: UInt32, _ offset: UInt64, _ count: UInt64) {
      file += bytes(type) + bytes(UInt32(4)) + bytes(offset) + bytes(offset) + bytes(offset)
      file += bytes(count) + bytes(count) + bytes(UInt64(eightByte ? 8 : 4))
    }
    segment(1, 0, sections)
    segment(4, start, UInt64(notes.count))
    segment(2, start + UInt64(notes.count + tables.count), UInt64(dynamic.count))
    file += notes + tables + dynamic
    file += bytes(UInt32(0)) + bytes(UInt32(7)) + bytes(UInt64(0)) + bytes(UInt64(0))
    file += bytes(start) + bytes(UInt64(notes.count)) + bytes(UInt64(0))
    return file + bytes(UInt64(eightByte ? 8 : 4)) + bytes(UInt64(0))
  }

  /// Symbols, how they are looked up, their names, and the dynamic segment that says where these are.
  private static func linking(
    at start: UInt64, gnuHash: Bool
  ) -> (tables: [UInt8], dynamic: [UInt8]) {
    var tables = [UInt8](repeating: 0, count: 24)
    func symbol(_ name: UInt32, section: UInt16) {
      tables += bytes(name) + [0x12, 0] + bytes(section) + bytes(UInt64(0)) + bytes(UInt64(0))
    }
    symbol(1, section: 0)
    symbol(6, section: 1)
    let hash = start + UInt64(tables.count)
    let words: [UInt32] =
      gnuHash ? [1, 2, 1, 0, 0, 0, 2, 1] : [1, 3, 2, 0, 0, 0]
    tables += words.flatMap { bytes($0) }
    let texts = start + UInt64(tables.count)
    let names = Array("\0puts\0icl_plugin_v1\0libc.so.6\0$ORIGIN:/opt\0".utf8)
    tables += names
    while tables.count % 8 != 0 { tables.append(0) }
    let entries: [(UInt64, UInt64)] = [
      (1, 20), (29, 30), (gnuHash ? 0x6fff_fef5 : 4, hash), (5, texts), (6, start),
      (10, UInt64(names.count)), (11, 24), (0, 0),
    ]
    return (tables, entries.flatMap { bytes($0.0) + bytes($0.1) })
  }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
