/// Why a file could not be written or read: the file, what was expected, what was found, and what
/// to do.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Sendable {
    case missing, badData, cannotCreate, cannotWrite
    /// It was written by a newer version of this program.
    case newerVersion
    /// Another process works on it.
    case held
  }

  public var code: Code
  public var path: String
  public var message: String
  public var hint: String

  public init(_ code: Code, path: String, message: String, hint: String = "") {
    self.code = code
    self.path = path
    self.message = message
    self.hint = hint
  }

  public var description: String { "\(path): \(message)" + (hint.isEmpty ? "" : ". \(hint)") }
}
