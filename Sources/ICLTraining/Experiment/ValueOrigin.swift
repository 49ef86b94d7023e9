/// Where a value comes from.
public enum ValueOrigin: Hashable, Sendable, CustomStringConvertible {
  case `default`
  case commandLine
  /// Lines count from 1.
  case file(String, line: Int)

  /// "default", "command line", "ridge.yaml:4".
  public var description: String {
    switch self {
    case .default: "default"
    case .commandLine: "command line"
    case .file(let path, let line): "\(path):\(line)"
    }
  }

  /// What an error concerns: "ridge.yaml:4: task.dimension", or the path alone where no file says
  /// where.
  func key(_ path: String) -> String {
    guard case .file = self else { return path }
    return path.isEmpty ? description : "\(self): \(path)"
  }
}
