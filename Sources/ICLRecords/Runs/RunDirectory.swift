import Glibc

/// The folder of one run: what was asked, what ran, what was measured, and where to go on from.
///
/// Files appear by an atomic rename; `metrics.jsonl` and `log.txt` grow by whole lines. A process
/// that is killed at any moment leaves a directory that opens and resumes.
public struct RunDirectory: Hashable, Sendable {
  /// Of the layout of a run directory, as `status` says it.
  public static let version = 1

  public let path: String

  /// Makes a directory with a `status`, or opens the run directory that is there already.
  ///
  /// Fails if the path is something else, other than an empty folder.
  public init(creating path: String) throws(RecordError) {
    let folder = Self.trimmed(path)
    if exists("\(folder)/status") {
      try self.init(opening: folder)
      return
    }
    // A process that was killed before it wrote a status has left nothing but these.
    let others = names(in: folder)?.filter { name in
      !["checkpoints", "plots"].contains(name) && !PendingFile.isLeftover(name)
    }
    guard others?.isEmpty ?? !exists(folder) else {
      throw RecordError(
        .cannotCreate, path: folder, message: "it exists and is not a run directory",
        hint: "Name another folder with --out.")
    }
    try makeFolder(folder)
    self.init(path: folder)
    try makeFolder(self.path(to: "checkpoints"))
    try makeFolder(self.path(to: "plots"))
    try write(RunStatus(.stopped, step: 0, steps: 0))
  }

  /// Opens a run directory; one of a newer version is refused.
  public init(opening path: String) throws(RecordError) {
    self.path = Self.trimmed(path)
    guard exists(self.path) else {
      throw RecordError(.missing, path: self.path, message: "there is no such folder")
    }
    guard exists(self.path(to: "status")) else {
      throw RecordError(
        .badData, path: self.path, message: "it is not a run directory: it has no file status")
    }
    _ = try status()
  }

  /// Of a file in the directory.
  public func path(to name: String) -> String { "\(path)/\(name)" }

  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Writes a text file, which appears when it is complete; also in a folder: `plots/loss.svg`.
  public func write(_ name: String, _ text: String) throws(RecordError) {
    try TextFile.write(text, to: path(to: name))
  }

  /// Appends a line to `log.txt`, after the time in UTC.
  public func log(_ line: String) throws(RecordError) {
    try AppendedFile(path(to: "log.txt")).append("\(Time.now.text) \(line)")
  }

  private init(path: String) { self.path = path }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
