import Foundation
public import ICLRecords

extension PackageTemplate {
  /// Writes the package into a folder that does not exist yet.
  ///
  /// It is made beside the folder and then renamed, so that an error leaves nothing.
  ///
  /// - Returns: the files that are the author's own, sorted.
  public func write(_ name: ComponentName, to folder: String) throws(RecordError) -> [String] {
    let files = FileManager.default
    guard !files.fileExists(atPath: folder) else {
      throw RecordError(
        .cannotCreate, path: folder, message: "there is something of this name already",
        hint: "Choose another name, or another folder with --into.")
    }
    let target = URL(filePath: folder)
    let draft = target.deletingLastPathComponent()
      .appending(path: ".\(target.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)")
    do {
      defer { try? files.removeItem(at: draft) }
      let written = try folders.flatMap {
        try copy(URL(filePath: $0), into: draft, name)
      }
      for (source, place) in copies {
        let copied = draft.appending(path: place)
        try files.createDirectory(
          at: copied.deletingLastPathComponent(), withIntermediateDirectories: true)
        try files.copyItem(at: URL(filePath: source), to: copied)
      }
      try files.moveItem(at: draft, to: target)
      return written.sorted()
    } catch {
      throw RecordError(
        .cannotCreate, path: folder, message: "it cannot be written: \(error.localizedDescription)")
    }
  }

  /// Copies the files of a folder, and returns their paths in the package.
  private func copy(_ folder: URL, into draft: URL, _ name: ComponentName) throws -> [String] {
    let files = FileManager.default
    return try files.subpathsOfDirectory(atPath: folder.path).compactMap { path in
      let source = folder.appending(path: path)
      let attributes = try files.attributesOfItem(atPath: source.path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
      let place = name.applied(to: path)
      let copied = draft.appending(path: place)
      try files.createDirectory(
        at: copied.deletingLastPathComponent(), withIntermediateDirectories: true)
      let text = try String(contentsOf: source, encoding: .utf8)
      try Data(name.applied(to: text).utf8).write(to: copied)
      try files.setAttributes(
        [.posixPermissions: attributes[.posixPermissions] ?? 0o644], ofItemAtPath: copied.path)
      return place
    }
  }
}
