/// Why a node could not be made: the operation, what it expected and what it got.
public struct GraphError: Error, Hashable, Sendable, CustomStringConvertible {
  public var operation: String
  public var message: String
  /// The scope in which it happened: "layers.2.attention".
  public var path: String

  public init(operation: String, message: String, path: String = "") {
    self.operation = operation
    self.message = message
    self.path = path
  }

  public var description: String {
    (path.isEmpty ? "" : "\(path): ") + "\(operation): \(message)"
  }
}
