import Glibc

extension RunDirectory {
  /// Whether a run directory is at a path.
  public static func isThere(_ path: String) -> Bool { exists("\(path)/status") }

  /// Removes a checkpoint; one that is half removed reads as damaged.
  public func remove(_ file: CheckpointFile) throws(RecordError) {
    for path in [file.optimizerPath, file.path] where unlink(path) != 0 && errno != ENOENT {
      throw RecordError(.cannotWrite, path: path, message: "cannot remove it: \(reason())")
    }
  }
}

extension RunIndex {
  /// Whether a folder has an index.
  public static func isThere(_ folder: String) -> Bool { exists("\(folder)/\(fileName)") }
}
