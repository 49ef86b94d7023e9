import Foundation
import ICLTraining
import Testing

/// Files that mean more than they seem to, or are no text at all.
@Suite struct ExperimentLimitTests {
  private func refusal(_ data: Data) throws -> (text: String, seconds: Double) {
    let folder = try ExperimentFolder()
    try folder.write("x.yaml", data)
    let start = ContinuousClock.now
    let failure = #expect(throws: Failure.self) { try folder.experiment("x.yaml") }
    return (folder.text(failure), (ContinuousClock.now - start) / .seconds(1))
  }

  /// Nine levels of nine aliases are 9^9 values.
  @Test func aliasesDoNotExplode() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let found = try refusal(Data(text.utf8))
    #expect(found.text.hasPrefix("x.yaml:4: more than 20 aliases. Inherit a file"), "\(found.text)")
    #expect(found.seconds < 1)
  }

  /// As few aliases as are allowed, on a long list, and as a key, which the parser itself expands.
  @Test(arguments: ["run: {steps: *b}", "? *b\n: 1"])
  func fewAliasesDoNotExplode(use: String) throws {
    let items = Array(repeating: "1", count: 5000).joined(separator: ",")
    let text = """
      a: &a [\(items)]
      b: &b [*a, *a, *a, *a, *a, *a, *a]
      \(use)
      """
    let found = try refusal(Data(text.utf8))
    #expect(found.text.contains("values. Inherit a file"), "\(found.text)")
    #expect(found.seconds < 5)
  }

  @Test func oneAliasIsFine() throws {
    let folder = try ExperimentFolder([
      "x.yaml": """
        model: linear-attention
        task: ridge
        evaluations:
          a: {at: &steps [0, 5, 7]}
          b: {at: *steps}
        """
    ])
    let experiment = try folder.experiment("x.yaml")
    #expect(experiment.evaluations.last?.schedule == StepSchedule(.at([0, 5, 7])))
  }

  @Test func deepNestingIsRefused() throws {
    for depth in [40, 900, 100_000] {
      let open = String(repeating: "[", count: depth)
      let close = String(repeating: "]", count: depth)
      let found = try refusal(Data("run: \(open)\(close)\n".utf8))
      #expect(found.text.hasPrefix("x.yaml:1: "), "\(found.text)")
    }
  }

  @Test func largeFilesAreRefused() throws {
    let found = try refusal(Data(repeating: UInt8(ascii: "#"), count: 300_000))
    #expect(found.text.hasPrefix("x.yaml: it is larger than 256 KiB"), "\(found.text)")
  }

  @Test(arguments: [
    ([UInt8]("model: a\nna".utf8) + [0xFF, 0xFE], "x.yaml:2: byte 12 of the file is not UTF-8."),
    ([0xFF, 0xFE, 0x61, 0x00], "x.yaml:1: byte 1 of the file is not UTF-8."),
    ([UInt8](repeating: 0, count: 64), "x.yaml:1: it is not YAML: control characters are not"),
  ])
  func otherBytesAreRefused(bytes: [UInt8], message: String) throws {
    let found = try refusal(Data(bytes))
    #expect(found.text.hasPrefix(message), "\(found.text)")
  }

  @Test func foldersAndDevicesAreRefused() throws {
    for path in ["/dev/zero", FileManager.default.temporaryDirectory.path] {
      let failure = #expect(throws: Failure.self) { try Experiment(file: path) }
      #expect(failure?.message == "expected a file of text, found a folder or a device.")
    }
    let missing = #expect(throws: Failure.self) { try Experiment(file: "/nowhere/x.yaml") }
    #expect(missing?.status == .missingInput)
  }

  @Test func inheritanceEnds() throws {
    // Each file inherits the next one twice: 2^40 files.
    var files: [String: String] = [:]
    for index in 0..<40 { files["f\(index).yaml"] = "defaults: [f\(index + 1).yaml, f\(index + 1).yaml]" }
    files["f40.yaml"] = "model: a\ntask: b"
    let folder = try ExperimentFolder(files)
    let failure = #expect(throws: Failure.self) { try folder.experiment("f0.yaml") }
    #expect(folder.text(failure).contains("more than 64 files inherit one another."))
    // A cycle through another name of the same file.
    let round = try ExperimentFolder(["a.yaml": "defaults: sub/b.yaml", "sub/b.yaml": "defaults: ../c.yaml"])
    try FileManager.default.createSymbolicLink(
      atPath: round.path("c.yaml"), withDestinationPath: round.path("a.yaml"))
    let cycle = #expect(throws: Failure.self) { try round.experiment("a.yaml") }
    #expect(
      round.text(cycle).hasPrefix(
        "sub/b.yaml: defaults: the file inherits itself: a.yaml -> sub/b.yaml -> sub/../c.yaml."),
      "\(round.text(cycle))")
  }
}
