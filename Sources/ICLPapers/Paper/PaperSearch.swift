/// Where papers are looked up.
public struct PaperSearch: Hashable, Sendable {
  /// In a source tree, under its folder.
  private static let inTree = "Registry/papers"

  /// Folders that hold papers, given by the user.
  public var given: [String]
  /// The folder that the user is in.
  public var current: String?
  /// The folder of the executable.
  public var executable: String?
  /// The package that the executable was built from.
  public var package: String?
  /// The user's data folder.
  public var data: String?

  public init(
    given: [String] = [], current: String? = nil, executable: String? = nil,
    package: String? = nil, data: String? = nil
  ) {
    self.given = given
    self.current = current
    self.executable = executable
    self.package = package
    self.data = data
  }

  /// Those given; Registry/papers in the current folder or the nearest one above that has it; that
  /// of the tree around the executable; share/icl-host/papers where icl-host is installed; that of
  /// the package, wherever its build put the executable; papers of the user's data folder.
  public var folders: [String] {
    var folders = given
    func add(_ folder: String?) {
      if let folder, !folders.contains(folder) { folders.append(folder) }
    }
    add(current.flatMap(Self.above))
    add(executable.flatMap(Self.above))
    add(executable.map { "\(Self.parent($0))/share/icl-host/papers" })
    add(package.map { "\($0)/\(Self.inTree)" })
    add(data.map { "\($0)/papers" })
    return folders
  }

  /// Registry/papers in a folder, or in the nearest above it that has one.
  private static func above(_ folder: String) -> String? {
    var folder = folder
    while true {
      let found = folder == "/" ? "/\(inTree)" : "\(folder)/\(inTree)"
      if FileTest.isFolder(found) { return found }
      guard folder.contains("/"), folder != "/" else { return nil }
      folder = parent(folder)
      if folder.isEmpty { folder = "/" }
    }
  }

  private static func parent(_ folder: String) -> String {
    String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
  }
}
