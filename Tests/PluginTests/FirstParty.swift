import Foundation
import ICLPlugins

/// The first-party plugins, built beside the tests.
enum FirstParty {
  static let catalog = PluginCatalog(
    SearchPath(folders: [
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    ]))

  static func model(_ name: String, _ settings: [String: String] = [:]) throws -> ModelInstance {
    try catalog.resolve(name, kind: .model).makeModel(settings)
  }

  static func task(_ name: String, _ settings: [String: String] = [:]) throws -> TaskInstance {
    try catalog.resolve(name, kind: .task).makeTask(settings)
  }

  /// Of an in-context regression.
  static func regression(
    _ inputs: Int, context: Int, outputs: Int = 1, everyPrefix: Bool = true,
    properties: [String: Double] = [:]
  ) -> Signature {
    let positions = everyPrefix ? context + 1 : 1
    return Signature(
      scoring: everyPrefix ? .everyPrefix : .query, contextLength: context,
      inputDimension: inputs, outputDimension: outputs, positions: positions,
      tensors: [
        .init(name: "x", role: .input, shape: [context + 1, inputs]),
        .init(name: "y", role: .input, shape: [context, outputs]),
        .init(name: "target", role: .target, shape: [positions, outputs]),
      ], properties: properties)
  }
}
