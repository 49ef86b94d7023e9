import ICLTraining

/// Where something stands: file, line, and the keys that lead to it.
public struct Place: Hashable, Sendable, CustomStringConvertible {
  public var file: String
  /// From 1; 0 where it stands in no file.
  public var line: Int
  /// "checks[3].tolerance"
  public var path: String

  public init(file: String, line: Int, path: String) {
    self.file = file
    self.line = line
    self.path = path
  }

  public var description: String {
    guard line > 0 else { return path.isEmpty ? file : "\(file):\(path)" }
    return path.isEmpty ? "\(file):\(line)" : "\(file):\(line):\(path)"
  }

  /// The failure with this place as what it concerns, unless it already has one.
  public func locating(_ failure: Failure) -> Failure {
    var failure = failure
    if failure.key.isEmpty { failure.key = description }
    return failure
  }
}
