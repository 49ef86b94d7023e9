import Foundation
import Testing

/// Runs that are killed, interrupted, and gone on with, from outside.
@Suite struct ResumeTests {
  static let job = [
    "--model", "linear-attention", "--task", "ridge", "--steps", "3000", "--batch", "512",
    "--set", "task.dimension=3", "task.context-length=4",
    "run.evaluation-prompts=2000", "evaluations.test.every=500", "record.checkpoint-every=100",
    "record.training-every=7",
  ]

  static func expectSame(
    _ folder: URL, _ name: String, _ other: String, step: String = "00003000",
    _ comment: String = ""
  ) throws {
    for file in [
      "metrics.jsonl", "metrics.csv", "checkpoints/step-\(step).safetensors",
      "checkpoints/step-\(step).optimizer.safetensors",
    ] {
      let same =
        try Data(contentsOf: folder.appending(path: "\(name)/\(file)"))
        == Data(contentsOf: folder.appending(path: "\(other)/\(file)"))
      #expect(same, "\(file) \(comment)")
    }
  }

  /// SIGKILL at random moments, also while files are being written.
  @Test(arguments: ["gradient-descent", "momentum", "adam"])
  func killedAtAnyMomentItEndsTheSame(optimizer: String) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    try withTemporaryFolder { folder in
      let job = Self.job + ["--optimizer", optimizer]
      let whole = try Host.run(job + ["--threads", "1", "--out", "whole"], in: folder)
      #expect(whole.status == 0, "\(whole.errors)")
      var kills = 0
      for attempt in 0..<200 {
        let threads = "\(Int.random(in: 1...3, using: &random))"
        let session = try Session(
          job + ["--out", "run", "--resume", "--threads", threads], in: folder)
        // The first ones early, where the directory is made; then up to ever longer.
        let longest = attempt < 6 ? 60_000 : 60_000 + 20_000 * attempt
        usleep(UInt32.random(in: 0...UInt32(longest), using: &random))
        session.send(SIGKILL)
        let status = session.end()
        if status == 0 { break }
        #expect(status == 128 + SIGKILL, "attempt \(attempt), seed \(seed): \(session.messages)")
        kills += 1
      }
      #expect(kills > 3, "seed \(seed)")
      let last = try Host.run(job + ["--out", "run", "--resume"], in: folder)
      #expect(last.status == 0, "seed \(seed): \(last.errors)")
      try Self.expectSame(folder, "whole", "run", "after \(kills) kills, seed \(seed)")
    }
  }

  /// The first signal: status 75, and how to go on. What is gone on with ends the same.
  @Test(arguments: [SIGINT, SIGTERM])
  func interruptedItSavesAndSaysHowToGoOn(signal: Int32) throws {
    try withTemporaryFolder { folder in
      let session = try Session(Self.job + ["--out", "run"], in: folder)
      let log = folder.appending(path: "run/log.txt")
      #expect(session.wait { FileManager.default.fileExists(atPath: log.path) })
      session.send(signal)
      #expect(session.end() == 75)
      #expect(session.messages.contains(" of 3,000 steps; go on with\n  icl-host run run --resume"))
      let status = try String(contentsOf: folder.appending(path: "run/status"), encoding: .utf8)
      #expect(status.contains("\"state\":\"stopped\""))
      #expect(try Host.run("run", "run", "--resume", in: folder).status == 0)
      #expect(try Host.run(Self.job + ["--out", "whole"], in: folder).status == 0)
      try Self.expectSame(folder, "whole", "run")
      // Once more: there is nothing to do.
      let again = try Host.run("run", "run", "--resume", in: folder)
      #expect(again.status == 0)
      #expect(again.output == "run: the run was finished after 3,000 steps; nothing to do.\n")
    }
  }

  /// The second signal does not wait for the step.
  @Test func interruptedTwiceItEndsAtOnce() throws {
    try withTemporaryFolder { folder in
      // One step takes many seconds.
      let session = try Session(
        [
          "--model", "softmax-transformer", "--task", "ridge", "--batch", "100000", "--threads",
          "1", "--out", "run",
        ], in: folder)
      let log = folder.appending(path: "run/log.txt")
      #expect(session.wait { FileManager.default.fileExists(atPath: log.path) })
      usleep(100_000)
      session.send(SIGINT)
      usleep(200_000)
      #expect(session.process.isRunning)
      let start = ContinuousClock.now
      session.send(SIGINT)
      #expect(session.end() == 130)
      #expect(ContinuousClock.now - start < .seconds(2))
    }
  }

  @Test func twoProcessesDoNotShareADirectory() throws {
    try withTemporaryFolder { folder in
      let session = try Session(
        Self.job + ["--steps", "1000000", "--out", "run"], in: folder)
      let status = folder.appending(path: "run/manifest.json")
      #expect(session.wait { FileManager.default.fileExists(atPath: status.path) })
      for arguments in [[], ["--resume"]] {
        let second = try Host.run(Self.job + ["--out", "run"] + arguments, in: folder)
        #expect(second.status == 74)
        #expect(
          second.errors.contains(
            "the run directory is in use by process \(session.process.processIdentifier) on "),
          "\(second.errors)")
      }
      session.send(SIGINT)
      #expect(session.end() == 75)
    }
  }

  /// Without --out nothing is written.
  @Test func aFastRunLeavesNothing() throws {
    try withTemporaryFolder { folder in
      let answer = try Host.run(
        "--model", "linear-attention", "--task", "ridge", "--steps", "10", "--set",
        "run.evaluation-prompts=100", in: folder)
      #expect(answer.status == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  /// A directory that is there is not touched without --resume.
  @Test func runsGetFoldersOfTheirOwn() throws {
    try withTemporaryFolder { folder in
      let short = Self.job + ["--steps", "20", "--runs", "mine"]
      #expect(try Host.run(short, in: folder).status == 0)
      let names = try FileManager.default
        .contentsOfDirectory(atPath: folder.appending(path: "mine").path).sorted()
      let name = try #require(names.first { $0.hasPrefix("ridge-linear-attention-") })
      #expect(name.count == "ridge-linear-attention-".count + 8)
      #expect(names.contains("runs.sqlite"))
      let again = try Host.run(short, in: folder)
      #expect(again.status == 0)
      #expect(
        again.output
          == "mine/\(name): the run was finished after 20 steps; nothing to do.\n")
      // Another seed is another run; other threads are not.
      #expect(try Host.run(short + ["--seed", "1"], in: folder).status == 0)
      let threads = try Host.run(short + ["--threads", "2"], in: folder)
      #expect(threads.output == again.output)
      #expect(try Host.run(short + ["--seed", "2", "--steps", "30"], in: folder).status == 0)
      let folders = try FileManager.default
        .contentsOfDirectory(atPath: folder.appending(path: "mine").path)
      #expect(folders.count { $0.hasPrefix("ridge-linear-attention-") } == 3)
    }
  }

  // MARK: Folders that cannot be written

  @Test func foldersThatCannotBeWrittenAreNamed() throws {
    try withTemporaryFolder { folder in
      let short = Self.job + ["--steps", "20"]
      try Data().write(to: folder.appending(path: "file"))
      for out in ["file", "file/run", "/proc/run"] {
        let answer = try Host.run(short + ["--out", out], in: folder)
        #expect(answer.status == 73, "\(out): \(answer.errors)")
        #expect(answer.errors.contains(out), "\(answer.errors)")
      }
      try FileManager.default.createDirectory(
        at: folder.appending(path: "other"), withIntermediateDirectories: true)
      try Data([1]).write(to: folder.appending(path: "other/thesis.tex"))
      let answer = try Host.run(short + ["--out", "other"], in: folder)
      #expect(answer.status == 73)
      #expect(answer.errors.contains("other: it exists and is not a run directory"))
    }
  }

  /// The limit on file sizes ends the run with status 74; without it, the run goes on to the same
  /// end.
  @Test func aFullDiskLeavesARunThatGoesOn() throws {
    try withTemporaryFolder { folder in
      #expect(try Host.run(Self.job + ["--out", "whole"], in: folder).status == 0)
      // In blocks of 1024 bytes: metrics.jsonl grows beyond it.
      let full = try Session(Self.job + ["--out", "run"], in: folder, limit: "ulimit -f 12")
      #expect(full.end() == 74, "\(full.messages)")
      #expect(full.messages.contains(": cannot write to it: File too large"))
      let last = try Host.run(Self.job + ["--out", "run", "--resume"], in: folder)
      #expect(last.status == 0, "\(last.errors)")
      try Self.expectSame(folder, "whole", "run")
    }
  }
}
