import Foundation
import ICLRecords
import ICLTraining
import Testing

/// Checkpoints that are damaged or of something else, and directories that are not what they seem.
@Suite struct RunningDamageTests {
  /// What can happen to a file, and where: a byte changes, the end is missing, or all of it.
  static let damages: [(String, @Sendable (inout Data) -> Void)] = {
    var damages: [(String, @Sendable (inout Data) -> Void)] = [
      ("empty", { $0 = Data() }),
      ("half", { $0 = $0.prefix($0.count / 2) }),
      ("one byte short", { $0 = $0.dropLast() }),
      ("one byte more", { $0.append(0) }),
      ("only its length", { $0 = $0.prefix(8) }),
    ]
    // The length of the header, the header, its end, and the values.
    for place in [0.0, 0.01, 0.02, 0.1, 0.2, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 0.999] {
      damages.append(
        ("a byte at \(place)", { $0[$0.startIndex + Int(place * Double($0.count))] ^= 0x10 }))
    }
    return damages
  }()

  @Test(arguments: ["", ".optimizer"])
  func damagedCheckpointsAreSteppedOver(part: String) throws {
    try Running.inFolder { running in
      try running.session("whole")
      for (index, damage) in Self.damages.enumerated() {
        let name = "run-\(index)"
        try running.copy("whole", to: name)
        try running.breakOff(name)
        let file = running.folder
          .appending(path: "\(name)/checkpoints/step-00000040\(part).safetensors")
        var bytes = try Data(contentsOf: file)
        damage.1(&bytes)
        try bytes.write(to: file)
        let session = try running.session(name, resumes: true)
        #expect(session.outcome.isFinished, "\(damage.0)")
        #expect(session.warnings.count == 1, "\(damage.0): \(session.warnings)")
        #expect(session.warnings.first?.contains("step-00000040") == true, "\(damage.0)")
        #expect(session.warnings.first?.hasSuffix("; stepped over") == true, "\(damage.0)")
        try running.expectSame("whole", name, "\(damage.0)")
      }
    }
  }

  /// All of them damaged, or gone, or the measurements: then the run begins again.
  @Test func withoutAnyGoodCheckpointTheRunBeginsAgain() throws {
    try Running.inFolder { running in
      try running.session("whole")
      let cases: [(String, Int, (URL) throws -> Void)] = [
        (
          "all damaged", 5,
          { folder in
            for step in ["08", "16", "24", "32", "40"] {
              try Data([1]).write(
                to: folder.appending(path: "checkpoints/step-000000\(step).safetensors"))
            }
          }
        ),
        (
          "all gone", 0,
          { try FileManager.default.removeItem(at: $0.appending(path: "checkpoints")) }
        ),
        (
          "no metrics", 5,
          { try FileManager.default.removeItem(at: $0.appending(path: "metrics.jsonl")) }
        ),
        (
          "no line is whole", 5,
          { try Data("{\"kind\"".utf8).write(to: $0.appending(path: "metrics.jsonl")) }
        ),
      ]
      for (name, warnings, damage) in cases {
        try running.copy("whole", to: name)
        try running.breakOff(name)
        try damage(running.folder.appending(path: name))
        let session = try running.session(name, resumes: true)
        #expect(session.outcome.isFinished && session.warnings.count == warnings, "\(name)")
        try running.expectSame("whole", name, "\(name)")
      }
    }
  }

  /// Lines after the checkpoint, torn or damaged ones, are measured again.
  @Test func linesBehindTheCheckpointAreMeasuredAgain() throws {
    try Running.inFolder { running in
      try running.session("whole")
      let lines = try String(decoding: running.bytes("whole/metrics.jsonl"), as: UTF8.self)
      let end = "{\"kind\":\"evaluation\",\"step\":40"
      let torn = lines.range(of: end)!.upperBound
      for text in [String(lines[..<torn]), lines + "garbage\n", lines + lines.suffix(30)] {
        try running.copy("whole", to: "run")
        try running.breakOff("run")
        try text.write(
          toFile: running.path("run/metrics.jsonl"), atomically: false, encoding: .utf8)
        #expect(try running.session("run", resumes: true).outcome.isFinished)
        try running.expectSame("whole", "run")
        try FileManager.default.removeItem(atPath: running.path("run"))
      }
    }
  }

  // MARK: Refusals

  private func failure(_ body: () throws -> Void) -> Failure? {
    do {
      try body()
      return nil
    } catch { return error as? Failure }
  }

  /// One error says everything that is otherwise.
  @Test func anotherExperimentIsRefused() throws {
    try Running.inFolder { running in
      try running.session("run", stop: 9)
      let failure = try #require(
        failure {
          try running.session(
            "run", resumes: true, optimizer: "momentum", ["task.dimension=3", "run.seed=4"])
        })
      #expect(failure.status == .badData && failure.key == running.path("run"))
      for part in [
        "the run there is another one: ", "optimizer is adam, not momentum",
        "task.dimension is 2, not 3", "run.seed is 0, not 4",
        "optimizer.beta-1 is 0.9, and not set here",
      ] {
        #expect(failure.message.contains(part), "\(failure.message)")
      }
    }
  }

  @Test func aCheckpointOfAnotherModelIsRefused() throws {
    try Running.inFolder { running in
      try running.session("run", stop: 9)
      try running.session("other", stop: 20, ["task.dimension=3"])
      for part in ["", ".optimizer"] {
        try FileManager.default.copyItem(
          atPath: running.path("other/checkpoints/step-00000020\(part).safetensors"),
          toPath: running.path("run/checkpoints/step-00000020\(part).safetensors"))
      }
      let failure = try #require(failure { try running.session("run", resumes: true) })
      #expect(failure.status == .badData)
      #expect(failure.key.hasSuffix("run/checkpoints/step-00000020.safetensors"))
      #expect(failure.message.contains("it is of another experiment ("), "\(failure)")
      #expect(failure.message.contains(", expected ["), "\(failure)")
      #expect(failure.message.contains("optimizer state: 0/"), "\(failure)")
    }
  }

  @Test func aDirectoryOfANewerVersionIsRefused() throws {
    try Running.inFolder { running in
      try running.session("run", stop: 9)
      let status = running.folder.appending(path: "run/status")
      let text = try String(contentsOf: status, encoding: .utf8)
      try text.replacingOccurrences(of: "\"version\":1", with: "\"version\":7")
        .write(to: status, atomically: true, encoding: .utf8)
      let failure = try #require(failure { try running.session("run", resumes: true) })
      #expect(failure.status == .badData)
      #expect(failure.message.contains("version 7") && failure.hint.contains("newer icl-host"))
    }
  }

  @Test func anExistingRunIsRefusedWithTheHint() throws {
    try Running.inFolder { running in
      try running.session("run", stop: 9)
      let failure = try #require(failure { try running.session("run") })
      #expect(failure.status == .cannotCreate)
      #expect(failure.message == "a run is there already: stopped after 9 of 40 steps.")
      #expect(failure.hint.contains("--resume"))
    }
  }

  // MARK: Parameters by name

  @Test func parametersAreTakenFromAFile() throws {
    try Running.inFolder { running in
      try running.session("first")
      let file = running.path("first/checkpoints/step-00000040.safetensors")
      try running.session("second", parameters: file)
      // Before its first step the second run is what the first was after its last.
      func losses(_ name: String) throws -> [Double] {
        try RunDirectory(opening: running.path(name)).metrics()
          .filter { $0["kind"]?.string == "evaluation" }.compactMap { $0["loss"]?.real }
      }
      #expect(try losses("second").first == losses("first").last)
      #expect(
        try losses("first").last
          == TrainedRun(opening: running.path("first"), in: TestPlugins.catalog)
          .evaluate().evaluation.loss.mean)
      // Gone on with, also without the file.
      try running.session("third", stop: 13, parameters: file)
      try FileManager.default.removeItem(atPath: running.path("first"))
      try running.session("third", resumes: true)
      try running.expectSame("second", "third")
    }
  }

  @Test func parametersOfAnotherModelAreRefused() throws {
    try Running.inFolder { running in
      let file = running.path("other.safetensors")
      try TensorFile.write(
        [
          .init(name: "a", shape: [2], values: .float([1, 2])),
          .init(name: "b", shape: [], values: .double([1])),
        ], metadata: [:], to: file)
      let failure = try #require(failure { try running.session("run", parameters: file) })
      #expect(failure.status == .badData && failure.key == file)
      for part in ["is missing", "a [2] is not a parameter", "b [] is not a parameter"] {
        #expect(failure.message.contains(part), "\(failure)")
      }
      #expect(
        !FileManager.default.fileExists(
          atPath: running.path("run/checkpoints/step-00000000.safetensors")))
    }
  }
}
