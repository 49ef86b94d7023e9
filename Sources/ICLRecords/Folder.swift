/// Folders that are no run directories.
public enum Folder {
  /// Makes it, and those above it, if it is not there.
  public static func make(_ path: String) throws(RecordError) { try makeFolder(path) }

  /// Whether there is a file or folder.
  public static func exists(_ path: String) -> Bool { ICLRecords.exists(path) }
}
