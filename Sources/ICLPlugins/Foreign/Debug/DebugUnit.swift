/// One compilation unit of `.debug_info`, read entry by entry.
struct DebugUnit {
  private struct Abbreviation {
    var tag: UInt64
    var hasChildren: Bool
    var attributes: [(name: UInt64, form: UInt64, implicit: UInt64)]
  }

  var cursor: DebugCursor
  let end: Int
  private let start: Int
  private let version: UInt64
  private let addressSize: Int
  private var abbreviations: [UInt64: Abbreviation] = [:]
  private let texts: [UInt8]
  private let lineTexts: [UInt8]
  private let textOffsets: [UInt8]
  private var textBase = 8

  var isReadable: Bool { version == 4 || version == 5 }

  /// nil where the length makes no sense, or it is in the 64-bit format.
  init?(_ sections: DebugSections, at start: Int) {
    let bytes = sections.byName[".debug_info"]!
    cursor = DebugCursor(bytes, at: start)
    self.start = start
    let length = cursor.number(4)
    guard length < 0xffff_fff0, length >= 7, Int(length) <= bytes.count - start - 4 else {
      return nil
    }
    end = start + 4 + Int(length)
    version = cursor.number(2)
    texts = sections.byName[".debug_str"] ?? []
    lineTexts = sections.byName[".debug_line_str"] ?? []
    textOffsets = sections.byName[".debug_str_offsets"] ?? []
    var abbreviationsAt = 0
    if version == 5 {
      let kind = cursor.number(1)
      addressSize = Int(cursor.number(1))
      abbreviationsAt = Int(cursor.number(4))
      // Skeletons carry an identity; units of types two.
      if kind == 4 || kind == 5 { cursor.skip(8) }
      if kind == 2 || kind == 6 { cursor.skip(12) }
    } else {
      abbreviationsAt = Int(cursor.number(4))
      addressSize = Int(cursor.number(1))
    }
    guard isReadable else { return }
    readAbbreviations(DebugCursor(sections.byName[".debug_abbrev"]!, at: abbreviationsAt))
  }

  private mutating func readAbbreviations(_ table: DebugCursor) {
    var table = table
    while !table.isPastEnd {
      let code = table.leb()
      if code == 0 { return }
      var entry = Abbreviation(tag: table.leb(), hasChildren: table.number(1) != 0, attributes: [])
      while !table.isPastEnd {
        let name = table.leb()
        let form = table.leb()
        // The value stands in the table itself.
        let implicit = form == 0x21 ? table.leb() : 0
        if name == 0 && form == 0 { break }
        entry.attributes.append((name, form, implicit))
      }
      abbreviations[code] = entry
    }
  }

  /// nil at the end of a list of children.
  mutating func next() -> (entry: DebugInformation.Entry, hasChildren: Bool)? {
    let code = cursor.leb()
    guard code != 0, let abbreviation = abbreviations[code] else {
      if code != 0 { cursor.place = end }
      return nil
    }
    var entry = DebugInformation.Entry(tag: abbreviation.tag)
    for (name, form, implicit) in abbreviation.attributes {
      let value = self.value(form, implicit)
      switch (name, value) {
      case (0x03, .text(let text)): entry.name = text
      case (0x49, .number(let offset)):
        // Within the unit, except for references into the whole section.
        entry.type = Int(truncatingIfNeeded: offset) + (form == 0x10 ? 0 : start)
      case (0x0b, .number(let number)): entry.bytes = number
      case (0x3e, .number(let number)): entry.encoding = number
      case (0x3c, .number(let number)): entry.isDeclaration = number != 0
      case (0x72, .number(let number)): textBase = Int(truncatingIfNeeded: number)
      default: break
      }
    }
    return (entry, abbreviation.hasChildren)
  }

  private enum Value {
    case number(UInt64)
    case text(String)
    case none
  }

  /// DWARF 5, section 7.5.6.
  private mutating func value(_ form: UInt64, _ implicit: UInt64) -> Value {
    switch form {
    case 0x01: return .number(cursor.number(addressSize))
    case 0x0b, 0x0c, 0x11: return .number(cursor.number(1))
    case 0x05, 0x12: return .number(cursor.number(2))
    case 0x06, 0x13, 0x17, 0x10: return .number(cursor.number(4))
    case 0x07, 0x14, 0x20: return .number(cursor.number(8))
    case 0x0d, 0x0f, 0x15, 0x1b: return .number(cursor.leb())
    case 0x19: return .number(1)
    case 0x21: return .number(implicit)
    case 0x08: return .text(cursor.text())
    case 0x0e: return .text(text(in: texts, at: cursor.number(4)))
    case 0x1f: return .text(text(in: lineTexts, at: cursor.number(4)))
    case 0x1a: return indexed(cursor.leb())
    case 0x25, 0x26, 0x27, 0x28: return indexed(cursor.number(Int(form - 0x24)))
    case 0x29, 0x2a, 0x2b, 0x2c: cursor.skip(form - 0x28)
    case 0x22, 0x23: cursor.skip(cursor.leb())
    case 0x1e: cursor.skip(16)
    case 0x0a: cursor.skip(cursor.number(1))
    case 0x03: cursor.skip(cursor.number(2))
    case 0x04: cursor.skip(cursor.number(4))
    case 0x09, 0x18: cursor.skip(cursor.leb())
    default: cursor.place = end
    }
    return .none
  }

  private func text(in bytes: [UInt8], at offset: UInt64) -> String {
    var cursor = DebugCursor(bytes, at: Int(truncatingIfNeeded: offset))
    return cursor.text()
  }

  private func indexed(_ index: UInt64) -> Value {
    var table = DebugCursor(textOffsets, at: textBase + Int(truncatingIfNeeded: index) * 4)
    return .text(text(in: texts, at: table.number(4)))
  }
}
