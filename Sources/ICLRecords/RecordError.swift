/// Why a file could not be written or read: the file, what was expected and what was found.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Sendable { case missing, badData, cannotCreate, cannotWrite }

  public var code: Code
  public var path: String
  public var message: String

  public init(_ code: Code, path: String, message: String) {
    self.code = code
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
