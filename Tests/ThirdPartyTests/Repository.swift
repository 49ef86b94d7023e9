import Foundation

/// Where things are in this repository, for tests that act as an outsider.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let header = root.appending(path: "Sources/CICL")
  static let kit = root.appending(path: "Sources/ICLKit")
  static let fixtures = root.appending(path: "Tests/ThirdPartyTests/Fixtures")

  /// The folder that this test was built into, with the host and the plugins.
  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
}
