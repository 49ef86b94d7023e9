import Foundation
import Testing

/// A plugin that works until it is told to crash, in a temporary folder.
struct FragilePlugin {
  let folder: URL
  private static let source = Host.repository.appending(
    path: "Tests/ICLPluginsTests/Fixtures/fragile.c")

  /// Builds ./fragile.so in the folder.
  init(in folder: URL) throws {
    self.folder = folder
    let answer = try Host.run(
      program: URL(filePath: "/usr/bin/env"),
      [
        "gcc", "-std=gnu11", "-O1", "-ffp-contract=off", "-shared", "-fPIC",
        "-fvisibility=hidden", "-I", Host.repository.appending(path: "Sources/CICL/include").path,
        Self.source.path, "-o", "fragile.so",
      ], in: folder)
    try #require(answer.status == 0, "\(answer.errors)")
  }

  /// Training of its model by its optimizer on its task, with its metric.
  static func training(steps: Int = 60, batch: Int = 48) -> [String] {
    [
      "--model", "./fragile.so#bent", "--task", "./fragile.so#sampled", "--optimizer",
      "./fragile.so#rolling", "--metric", "./fragile.so#product", "--steps", "\(steps)",
      "--batch", "\(batch)", "--seed", "5", "--threads", "1", "--set", "run.evaluation-prompts=200",
      "record.checkpoint-every=20",
    ]
  }

  /// - Parameter fault: "segfault:forward:37"
  func run(_ arguments: [String], fault: String? = nil) throws -> Host.Answer {
    try Host.run(arguments, in: folder, environment: fault.map { ["FRAGILE": $0] } ?? [:])
  }
}
