import Foundation

/// The host as it was built, used through its command line alone.
struct Host {
  let tool: Tool

  /// The variable ICL_HOST, or the one that was built beside this test.
  init() throws {
    let path =
      ProcessInfo.processInfo.environment["ICL_HOST"].map { URL(filePath: $0) }
      ?? Repository.products.appending(path: "icl-host")
    guard FileManager.default.isExecutableFile(atPath: path.path) else {
      throw Tool.Failure(description: "there is no host at \(path.path): build it first")
    }
    tool = Tool(at: path)
  }

  struct Training: Decodable {
    let final_loss: Double
    let parameters: Int
    let loss_by_context_length: [Double]
  }

  /// A short run in double precision.
  func train(_ model: String, scoring: String, settings: [String] = []) throws -> Training {
    let arguments =
      ["run", "--model", model, "--task", "ridge", "--steps", "20", "--batch", "64"]
      + ["--seed", "7", "--precision", "double", "--json"]
      + (["task.scoring=\(scoring)"] + settings).flatMap { ["--set", $0] }
    let output = try tool.run(arguments)
    return try JSONDecoder().decode(Training.self, from: Data(output.utf8))
  }
}
