/// A whole text file.
public enum TextFile {
  /// Writes it under another name first, so that nobody reads a half of it.
  public static func write(_ text: String, to path: String) throws(RecordError) {
    try PendingFile.write(Array(text.utf8), to: path)
  }

  /// Its text; bytes that are not UTF-8 are an error.
  public static func read(_ path: String) throws(RecordError) -> String {
    guard let text = String(validating: try contents(of: path), as: UTF8.self) else {
      throw RecordError(.badData, path: path, message: "it is not UTF-8 text")
    }
    return text
  }
}
