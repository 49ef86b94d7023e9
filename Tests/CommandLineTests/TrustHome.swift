import Foundation
import Testing

/// A user's home of its own, with a folder of plugins.
struct TrustHome {
  let folder: URL
  let plugins: URL
  /// What the program is given: never the store of whoever runs the tests.
  var environment: [String: String] {
    [
      "XDG_CONFIG_HOME": folder.appending(path: "config").path,
      "XDG_CACHE_HOME": folder.appending(path: "cache").path,
      "XDG_DATA_HOME": folder.appending(path: "data").path,
    ]
  }
  var store: URL { folder.appending(path: "config/icl-host/trust") }

  init(_ folder: URL) throws {
    self.folder = folder.resolvingSymlinksInPath()
    plugins = self.folder.appending(path: "plugins")
    try FileManager.default.createDirectory(at: plugins, withIntermediateDirectories: true)
  }

  func run(_ arguments: String...) throws
    -> Host.Answer
  {
    try Host.run(arguments, in: folder, environment: environment)
  }

  /// A copy of one of our plugins.
  @discardableResult
  func copy(_ name: String, as other: String? = nil) throws -> String {
    let target = plugins.appending(path: other ?? name)
    try? FileManager.default.removeItem(at: target)
    try FileManager.default.copyItem(at: Host.products.appending(path: name), to: target)
    return target.path
  }

  /// One byte more, which no loader minds.
  func lengthen(_ path: String) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data([0]))
    try file.close()
  }
}
