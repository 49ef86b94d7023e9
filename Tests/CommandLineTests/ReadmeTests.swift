import Foundation
import Testing

/// What README.md tells a newcomer to write and to run, done as it says.
@Suite(.serialized) struct ReadmeTests {
  /// The part under a heading, as files to write and commands to run.
  struct Recipe {
    var files: [(name: String, text: String)] = []
    var commands = ""

    init(under heading: String) throws {
      let text = try String(
        contentsOf: Host.repository.appending(path: "README.md"), encoding: .utf8)
      let start = try #require(text.range(of: "\n\(heading)\n")).upperBound
      let end = text[start...].range(of: "\n#")?.lowerBound
      // Code is fenced; a marker before it says what it is.
      for part in text[
        start..<(text[start...].range(of: "\n##")?.lowerBound ?? end ?? text.endIndex)
      ]
      .components(separatedBy: "<!-- ").dropFirst() {
        let marker = part.prefix { $0 != "\n" }.replacing(" -->", with: "")
        let code = part.components(separatedBy: "\n```")
        guard code.count > 1 else { continue }
        let body = code[1].drop { $0 != "\n" }.dropFirst() + "\n"
        if marker.hasPrefix("file: ") {
          files.append((String(marker.dropFirst(6)), String(body)))
        } else if marker == "commands" {
          commands = String(body)
        }
      }
    }
  }

  /// Trained with one parameter at the query, the loss is σ² + D (1 - η), η = 1 / (1 + (D + 1 + σ²)
  /// / N): for D = 8, N = 16, σ² = 1/4 that is 3.1802.
  private func follow(_ heading: String) throws {
    let recipe = try Recipe(under: heading)
    #expect(!recipe.files.isEmpty && !recipe.commands.isEmpty)
    try withTemporaryFolder { folder in
      for file in recipe.files {
        let url = folder.appending(path: file.name)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: url)
      }
      // The host of this build stands where the commands look for it.
      let commands = recipe.commands.replacing(
        "\"$ICL/.build/release/icl-host\"", with: "\"$ICL_HOST\" --json --steps 3000")
      let script = """
        set -eu
        export ICL='\(Host.repository.path)'
        export ICL_HOST='\(Host.products.appending(path: "icl-host").path)'
        exec 3>&1 >&2
        \(commands.replacing("--task ridge", with: "--task ridge >&3"))
        """
      let answer = try Host.run(program: URL(filePath: "/bin/sh"), ["-c", script], in: folder)
      #expect(answer.status == 0, "\(answer.errors)")
      let document = try answer.document()
      #expect(document["model"] as? String == "one-step")
      #expect(document["parameters"] as? Int == 1)
      let loss = try #require(document["loss"] as? Double)
      let error = try #require(document["standard_error"] as? Double)
      let rate = 1 / (1 + (8 + 1 + 0.25) / 16)
      let best = 0.25 + 8 * (1 - rate)
      #expect(abs(loss - best) < 4 * error + 0.01 * best)
    }
  }

  @Test func inC() throws { try follow("### In C") }

  @Test func inSwift() throws { try follow("### In Swift") }
}
