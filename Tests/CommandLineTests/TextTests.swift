import Foundation
import Testing

@Suite struct TextTests {
  /// The final table has a row for each context length, with the Bayes-optimal loss and the ratio.
  @Test func finalTable() throws {
    let answer = try Host.run(
      "evaluate", "--model", "ridge", "--task", "ridge", "--prompts", "200", "--set",
      "task.context-length=2")
    let lines = answer.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "ridge on ridge: nothing to train")
    #expect(
      lines[1].split(separator: " ").joined(separator: " ")
        == "context pairs loss on fresh prompts Bayes-optimal ratio")
    for (row, name) in ["0", "1", "2", "mean"].enumerated() {
      let cells = lines[2 + row].split(separator: " ")
      #expect(cells.count == 6 && cells[0] == name && cells[2] == "±" && cells[5] == "1.000")
      #expect(cells[1] == cells[4])
    }
  }

  @Test func help() throws {
    for command in [[], ["run"], ["evaluate"], ["sample"]] {
      let answer = try Host.run(command + ["--help"])
      #expect(answer.status == 0)
      #expect(answer.output.contains("EXAMPLES:"))
    }
    #expect(try Host.run("--version").output.hasPrefix("icl-host "))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let answer = try Host.run("--generate-completion-script", shell)
    #expect(answer.status == 0 && answer.output.contains("plugin-dir"))
  }

  @Test func describedOptionsHaveRangesAndUnits() throws {
    let text = try Host.run("describe", "run").output
    #expect(text.contains("run.steps"))
    #expect(text.contains("integer from 1 to 1000000000000"))
    #expect(text.contains("in prompts"))
    #expect(text.contains("constant|linear|cosine"))
  }

  @Test func samplesAreWritten() throws {
    try withTemporaryFolder { folder in
      let answer = try Host.run(
        "sample", "--task", "ridge", "--prompts", "3", "--out", "x.npz", in: folder)
      #expect(answer.status == 0)
      #expect(answer.output.contains("[3, 17, 8]"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.npz"])
    }
  }
}
