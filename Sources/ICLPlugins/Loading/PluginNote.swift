internal import CICL

/// The ABI version that a library says it speaks, read from its ELF note before its code runs.
public struct PluginNote: Hashable, Sendable {
  public var major: UInt32
  public var minor: UInt32

  /// Reads a file's note, whatever its version.
  ///
  /// Errors: not a file, not ELF, another machine, cut short, no note.
  public static func read(path: String) throws(PluginError) -> PluginNote {
    try read(FileBytes(path: path), path: path)
  }

  /// The same of a copy; another major version than the host's is refused.
  public static func readChecked(_ copy: SealedCopy) throws(PluginError) -> PluginNote {
    let note = try read(copy.file, path: copy.path)
    try note.checkMajor(path: copy.path)
    return note
  }

  static func read(_ file: FileBytes, path: String) throws(PluginError) -> PluginNote {
    let image = try ELFImage(file, path: path)
    for range in try image.noteRanges() {
      guard let bytes = file.read(at: range.offset, count: range.count) else { continue }
      if let note = try find(in: bytes, alignment: range.alignment, path: path) { return note }
    }
    throw PluginError(
      .noNote, "this library has no ICL note, so it is not a plugin.",
      hint: "A plugin in C or C++ writes ICL_PLUGIN_NOTE; once.", path: path)
  }

  /// Refuses every major version but this host's.
  func checkMajor(path: String) throws(PluginError) {
    guard major != ICL_ABI_MAJOR else { return }
    throw PluginError(
      .wrongMajor,
      "the plugin speaks version \(major).\(minor) of the interface, this host version "
        + "\(ICL_ABI_MAJOR).\(ICL_ABI_MINOR).",
      hint: major > ICL_ABI_MAJOR
        ? "Use a newer host, or a plugin built for version \(ICL_ABI_MAJOR)."
        : "Build the plugin again with the icl.h of this host.",
      path: path)
  }

  /// Walks a run of notes: sizes of name and description, type, then both, each padded.
  private static func find(
    in bytes: [UInt8], alignment: Int, path: String
  ) throws(PluginError) -> PluginNote? {
    func word(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
    func padded(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
    var start = 0
    while start + 12 <= bytes.count {
      let nameSize = Int(word(start))
      let descriptionSize = Int(word(start + 4))
      let name = start + 12
      let description = padded(name + nameSize)
      let end = description + descriptionSize
      let isOurs =
        nameSize == 4 && name + 4 <= bytes.count
        && bytes[name..<name + 4].elementsEqual([73, 67, 76, 0])
        && word(start + 8) == ICL_NOTE_TYPE
      if isOurs {
        guard descriptionSize >= 8, end <= bytes.count else {
          throw PluginError(
            .badNote, "its ICL note holds no version: 8 bytes expected, \(descriptionSize) found.",
            hint: "Build the plugin again with ICL_PLUGIN_NOTE of icl.h.", path: path)
        }
        return PluginNote(major: word(description), minor: word(description + 4))
      }
      guard end <= bytes.count else { return nil }
      start = padded(end)
    }
    return nil
  }
}
