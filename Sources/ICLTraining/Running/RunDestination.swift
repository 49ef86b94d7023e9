import ICLRecords

/// Where a run is recorded, and what is done if one is there.
public struct RunDestination: Hashable, Sendable {
  public static let defaultFolder = "runs"

  /// The run directory; nil for one in `runs` with a name made of what is run.
  public var folder: String?
  public var runs: String
  /// Goes on with a run that is there; otherwise it is refused.
  public var resumes: Bool

  public init(folder: String? = nil, runs: String? = nil, resumes: Bool = false) {
    self.folder = folder
    self.runs = runs ?? Self.defaultFolder
    self.resumes = resumes
  }

  /// Whether a run directory is at a path.
  public static func isRun(_ path: String) -> Bool { RunDirectory.isThere(path) }

  /// A folder of runs has an index. So has the folder around a run directory that was named, if
  /// somebody began one there.
  var indexedFolder: String? {
    guard let folder else { return runs }
    var path = folder
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    return RunIndex.isThere(parent) ? parent : nil
  }

  /// "runs/ridge-linear-attention-1f3a9c20"
  func path(of run: ResolvedRun, identity: String) -> String {
    folder
      ?? "\(runs)/\(run.task.component.id)-\(run.model.component.id)-\(identity.prefix(8))"
  }
}
