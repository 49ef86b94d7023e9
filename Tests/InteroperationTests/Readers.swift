import Foundation
import ICLRecords
import Testing

/// The Python with the public readers, as `make test` sets it up.
enum Readers {
  static let python = ProcessInfo.processInfo.environment["ICL_READERS"]

  static let reason: Comment =
    "ICL_READERS names no Python with NumPy, pandas, safetensors and TensorBoard; see make readers"

  struct Problem: Error, CustomStringConvertible { let description: String }

  /// Runs a program of the folder Readers, and gives the document that it prints.
  @discardableResult
  static func run(_ program: String, _ arguments: String...) throws -> JSON {
    guard let python, FileManager.default.isExecutableFile(atPath: python) else {
      throw Problem(
        description: "ICL_READERS is '\(python ?? "")', where no Python is; run: make readers")
    }
    let process = Process()
    process.executableURL = URL(filePath: python)
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Readers")
    process.arguments = ["-B", folder.appending(path: program).path] + arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let problem = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Problem(description: "\(program): \(String(decoding: problem, as: UTF8.self))")
    }
    return text.isEmpty ? nil : try JSON(parsing: Array(text))
  }
}

func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
