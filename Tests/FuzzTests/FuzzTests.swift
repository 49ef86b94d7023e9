import Foundation
import Testing

/// Everything that reads what others wrote stands damaged input; see Tests/Fuzz.
@Suite struct FuzzTests {
  static let targets = [
    "note", "manifest", "json", "experiment", "paper", "tensors", "archive", "graph",
  ]

  @Test(arguments: targets) func findsNothing(_ target: String) throws {
    let seconds = ProcessInfo.processInfo.environment["ICL_FUZZ_SECONDS"] ?? "2"
    // Another seed every day, which a finding prints.
    let seed = "\(Int(Date().timeIntervalSince1970) / 86400)"
    let (status, output) = try run(target, "--seconds", seconds, "--seed", seed)
    #expect(status == 0, "\(output)")
  }

  @Test func listsItsTargets() throws {
    let (status, output) = try run("--list")
    #expect(status == 0)
    #expect(output.split(separator: "\n").map(String.init) == Self.targets)
  }

  @Test func refusesWhatItDoesNotKnow() throws {
    #expect(try run("nothing").status == 64)
    #expect(try run("note", "--seconds", "none").status == 64)
  }

  private func run(_ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("icl-fuzz")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
