/// Functions as a library's debug information describes them (DWARF 4 and 5, sections 7.5 and 3.3).
///
/// Only what a comparison of signatures needs: subprograms with their parameters, and the types
/// these are made of. A unit of another version is passed over.
struct DebugInformation {
  /// An entry of the tree, with the attributes that matter.
  struct Entry {
    var tag: UInt64
    var name: String?
    /// Offset of the type's entry; nil means void.
    var type: Int?
    var bytes: UInt64?
    var encoding: UInt64?
    var isDeclaration = false
    /// Offsets of formal parameters, in order.
    var parameters: [Int] = []
    var hasVarargs = false
  }

  enum Tag {
    static let formalParameter: UInt64 = 0x05
    static let enumeration: UInt64 = 0x04
    static let pointer: UInt64 = 0x0f
    static let subroutineType: UInt64 = 0x15
    static let typedef: UInt64 = 0x16
    static let unspecifiedParameters: UInt64 = 0x18
    static let baseType: UInt64 = 0x24
    static let const: UInt64 = 0x26
    static let subprogram: UInt64 = 0x2e
    static let volatile: UInt64 = 0x35
    static let restrict: UInt64 = 0x37
  }

  private(set) var entries: [Int: Entry] = [:]
  private(set) var functions: [String: Int] = [:]

  init(_ sections: DebugSections) {
    let information = sections.byName[".debug_info"]!
    var start = 0
    while start + 12 <= information.count {
      guard var unit = DebugUnit(sections, at: start) else { return }
      start = unit.end
      if unit.isReadable { read(&unit) }
    }
  }

  private mutating func read(_ unit: inout DebugUnit) {
    var parents: [Int] = []
    while unit.cursor.place < unit.end {
      let offset = unit.cursor.place
      guard let (entry, hasChildren) = unit.next() else {
        // The end of a list of children.
        if parents.popLast() == nil { return }
        continue
      }
      entries[offset] = entry
      if let parent = parents.last {
        if entry.tag == Tag.formalParameter { entries[parent]!.parameters.append(offset) }
        if entry.tag == Tag.unspecifiedParameters { entries[parent]!.hasVarargs = true }
      }
      if entry.tag == Tag.subprogram, !entry.isDeclaration, let name = entry.name {
        functions[name] = functions[name] ?? offset
      }
      if hasChildren { parents.append(offset) }
      if unit.cursor.isPastEnd { return }
    }
  }
}
