import Foundation
import ICLTraining
import Testing

/// A folder of experiment files that is gone with the object.
final class ExperimentFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")

  /// - Parameter files: name to text.
  init(_ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, Data(text.utf8)) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ name: String, _ data: Data) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func experiment(_ name: String, _ overrides: [String] = []) throws -> Experiment {
    try Experiment(file: path(name), overrides: Settings(overrides))
  }

  /// An error's text, with the folder taken out.
  func text(_ failure: Failure?) -> String {
    failure.map { $0.description.replacing(url.path + "/", with: "") } ?? ""
  }

  static let examples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Registry/experiments").path
}
