import ICLPlugins

/// Damaged shared libraries, for the reader of the ELF note.
struct NoteTarget: FuzzTarget {
  static let name = "note"
  private let place: FuzzPlace

  init(_ place: FuzzPlace) { self.place = place }

  mutating func run(_ random: inout Generator) throws {
    let valid = Self.library(notesBefore: random.below(3), eightByte: random.chance(1, in: 2))
    let isMutated = random.chance(19, in: 20)
    try place.write(isMutated ? Mutation.applied(to: valid, &random) : valid)
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

  /// An ELF header, a loadable segment, a segment of notes, a table of sections.
  private static func library(notesBefore: Int, eightByte: Bool) -> [UInt8] {
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
    let start = UInt64(64 + 2 * 56)
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
    file += bytes(UInt16(3)) + bytes(UInt16(62)) + bytes(UInt32(1)) + bytes(UInt64(0))
    file += bytes(UInt64(64)) + bytes(start + UInt64(notes.count)) + bytes(UInt32(0))
    file += [64, 56, 2, 64, 1, 0].flatMap { bytes(UInt16($0)) }
    func segment(_ type: UInt32, _ offset: UInt64, _ count: UInt64) {
      file += bytes(type) + bytes(UInt32(4)) + bytes(offset) + bytes(offset) + bytes(offset)
      file += bytes(count) + bytes(count) + bytes(UInt64(eightByte ? 8 : 4))
    }
    segment(1, 0, start)
    segment(4, start, UInt64(notes.count))
    file += notes
    file += bytes(UInt32(0)) + bytes(UInt32(7)) + bytes(UInt64(0)) + bytes(UInt64(0))
    file += bytes(start) + bytes(UInt64(notes.count)) + bytes(UInt64(0))
    return file + bytes(UInt64(eightByte ? 8 : 4)) + bytes(UInt64(0))
  }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
