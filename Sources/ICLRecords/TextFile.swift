/// A whole text file.
public enum TextFile {
  /// Writes it under another name first, so that nobody reads a half of it.
  public static func write(_ text: String, to path: String) throws(RecordError) {
    let file = try PendingFile(path)
    let bytes = Array(text.utf8)
    var failure: RecordError?
    bytes.withUnsafeBytes { bytes in
      do throws(RecordError) { try file.write(bytes, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    try file.commit()
  }
}
