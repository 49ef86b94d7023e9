internal import Glibc

/// Compares declarations with a library's debug information, where it carries any.
enum ForeignDebugCheck {
  static func check(
    _ manifest: ForeignManifest, handle: UnsafeMutableRawPointer, path: String
  ) throws(PluginError) {
    guard let file = file(of: handle), let sections = DebugSections(path: file) else { return }
    let information = DebugInformation(sections)
    for (name, function) in manifest.functions.sorted(by: { $0.key < $1.key }) {
      guard let offset = information.functions[name],
        let difference = information.difference(function, at: offset)
      else { continue }
      throw PluginError(
        .badManifest,
        "\(name) is declared wrong: \(difference), by the debug information of \(file).",
        hint: "Compare the declaration with the library's header.", path: path)
    }
  }

  /// A handle of glibc is its `link_map`: the address, then the name.
  private static func file(of handle: UnsafeMutableRawPointer) -> String? {
    handle.load(fromByteOffset: 8, as: UnsafePointer<CChar>?.self).map { String(cString: $0) }
  }
}

extension DebugInformation {
  /// In words, how a declaration differs from what the library has; nil where it does not.
  func difference(_ function: CFunction, at offset: Int) -> String? {
    guard let entry = entries[offset] else { return nil }
    guard entry.parameters.count == function.parameters.count else {
      return
        "it has \(entry.parameters.count) parameters, \(function.parameters.count) are declared"
    }
    if !agrees(function.result, entry.type) {
      return "it returns \(described(entry.type)), \(function.result) is declared"
    }
    for (parameter, offset) in zip(function.parameters, entry.parameters) {
      guard let found = entries[offset] else { continue }
      if !agrees(parameter.type, found.type) {
        return "its parameter '\(found.name ?? parameter.name)' is \(described(found.type)), "
          + "\(parameter.type) is declared"
      }
    }
    return nil
  }

  /// Without typedefs and qualifiers; nil for void.
  private func plain(_ offset: Int?) -> Entry? {
    var next = offset
    for _ in 0..<64 {
      guard let place = next, let entry = entries[place] else { return nil }
      switch entry.tag {
      case Tag.typedef, Tag.const, Tag.volatile, Tag.restrict: next = entry.type
      default: return entry
      }
    }
    return nil
  }

  private func agrees(_ type: CType, _ offset: Int?) -> Bool {
    let found = plain(offset)
    switch type {
    case .void: return found == nil
    case .opaque: return true
    case .integer(let bits, let signed):
      guard let found, found.bytes == UInt64(bits / 8) else { return false }
      if found.tag == Tag.enumeration { return true }
      // DW_ATE: 2 boolean, 5 and 6 signed, 7 and 8 unsigned.
      guard found.tag == Tag.baseType, let encoding = found.encoding else { return false }
      return (signed ? [5, 6] : [2, 7, 8]).contains(encoding)
    case .float, .double:
      return found?.tag == Tag.baseType && found?.encoding == 4
        && found?.bytes == UInt64(type.size!)
    case .function:
      return found?.tag == Tag.pointer && plain(found?.type)?.tag == Tag.subroutineType
    case .pointer(let pointee, _):
      guard let found, found.tag == Tag.pointer else { return false }
      // void * goes for any pointer, on either side.
      guard let target = plain(found.type), pointee != .void else { return true }
      if case .integer(8, _) = pointee { return target.bytes == 1 }
      return pointee.isNumber || pointee.isPointer ? agrees(pointee, found.type) : true
    }
  }

  private func described(_ offset: Int?) -> String {
    guard let offset, let entry = entries[offset] else { return "void" }
    switch entry.tag {
    case Tag.const, Tag.volatile, Tag.restrict:
      return (entry.tag == Tag.const ? "const " : "") + described(entry.type)
    case Tag.pointer:
      let inner = described(entry.type)
      return inner.hasSuffix("*") ? inner + "*" : inner + " *"
    default: return entry.name ?? (entry.tag == Tag.subroutineType ? "function" : "something else")
    }
  }
}
