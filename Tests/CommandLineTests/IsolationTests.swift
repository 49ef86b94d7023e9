import Foundation
import Testing

/// Plugins that crash, hang and leave: the host says what happened, and what it saved is whole.
@Suite struct IsolationTests {
  /// Where it falls, and what the host says of it. A batch is three tiles, which go to the worker
  /// together: the call is that of the tile.
  static let faults: [(fault: String, message: String)] = [
    (
      "segfault:forward:38",
      "model 'bent': the worker process was ended by signal 11 (SIGSEGV at address 0x1234) in call "
        + "38 of forward_f32 of the operation 'cube'. The seed was 5."
    ),
    (
      "abort:pullback:102",
      "model 'bent': the worker process was ended by signal 6 (SIGABRT) in call 102 of pullback_f32 "
        + "of the operation 'cube'. The seed was 5."
    ),
    (
      "hang:step:31",
      "optimizer 'rolling': the worker process gave no answer for 1 s in call 31 of step, and was "
        + "ended. The seed was 5."
    ),
    (
      "exit:sample:33",
      "task 'sampled': the worker process exited with status 3 in call 33 of sample. The seed was 5."
    ),
    (
      "kill:step:45",
      "optimizer 'rolling': the worker process was ended by signal 9 (SIGKILL) in call 45 of step. "
        + "The seed was 5."
    ),
    (
      "scribble:step:50",
      "optimizer 'rolling': the worker process wrote into the messages between it and the host in "
        + "call 50 of step, and was ended. The seed was 5."
    ),
    (
      "segfault:finish:1",
      "metric 'product': the worker process was ended by signal 11 (SIGSEGV at address 0x1234) in "
        + "call 1 of finish. The seed was 5."
    ),
  ]

  /// The run ends with status 69, its last checkpoint is whole, and the same plugin without the fault
  /// goes on to the numbers of a run that was never interrupted.
  @Test(arguments: faults.indices) func aFaultEndsTheRunAndHarmsNothing(_ index: Int) throws {
    let row = Self.faults[index]
    try withTemporaryFolder { folder in
      let plugin = try FragilePlugin(in: folder)
      let job = FragilePlugin.training() + ["--call-limit", "1"]
      let whole = try plugin.run(job + ["--out", "whole"])
      #expect(whole.status == 0, "\(whole.errors)")
      let fallen = try plugin.run(job + ["--out", "run"], fault: row.fault)
      #expect(fallen.status == 69, "\(fallen.errors)")
      #expect(fallen.errors.contains("fragile.so: " + row.message), "\(fallen.errors)")
      #expect(
        fallen.errors.contains(
          "It can be done again with: icl-host --model ./fragile.so#bent "
            + "--task ./fragile.so#sampled"), "\(fallen.errors)")
      #expect(fallen.output.isEmpty)
      let status = try String(contentsOf: folder.appending(path: "run/status"), encoding: .utf8)
      #expect(status.contains("\"state\":\"failed\""))
      // The command that is printed does it again.
      let command = fallen.errors.split(separator: "\n").last.map(String.init) ?? ""
      let words = command.split(separator: " ").map(String.init)
      let begin = try #require(words.firstIndex(of: "icl-host"))
      #expect(words.suffix(2) == ["--out", "run-again"])
      let again = try plugin.run(Array(words[(begin + 1)...]), fault: row.fault)
      #expect(again.errors.contains(row.message), "\(again.errors)")
      let resumed = try plugin.run(["run", "run", "--resume", "--call-limit", "1"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      try ResumeTests.expectSame(folder, "whole", "run", step: "00000060", row.fault)
    }
  }

  @Test func theHintSaysHowToGoOn() throws {
    try withTemporaryFolder { folder in
      let plugin = try FragilePlugin(in: folder)
      let fallen = try plugin.run(
        FragilePlugin.training() + ["--out", "run"], fault: "segfault:step:45")
      #expect(
        fallen.errors.contains(
          "Its checkpoint of step 40 is whole; go on with: icl-host run run --resume"),
        "\(fallen.errors)")
    }
  }

  /// Before anything runs: opening, making, building; and in a predictor.
  @Test(arguments: [
    ("segfault:entry:1", "(SIGSEGV at address 0x1234) in opening the library."),
    ("exit:create:1", "model 'bent': the worker process exited with status 3 in create."),
    ("segfault:build:1", "(SIGSEGV at address 0x1234) in call 1 of build."),
    ("abort:signature:1", "task 'sampled': the worker process was ended by signal 6 (SIGABRT)"),
  ])
  func aFaultBeforeTheFirstStep(_ fault: String, _ message: String) throws {
    try withTemporaryFolder { folder in
      let plugin = try FragilePlugin(in: folder)
      let answer = try plugin.run(FragilePlugin.training(), fault: fault)
      #expect(answer.status == 69)
      #expect(answer.errors.contains(message), "\(answer.errors)")
    }
  }

  @Test func aPredictorThatAborts() throws {
    try withTemporaryFolder { folder in
      let plugin = try FragilePlugin(in: folder)
      let job = ["evaluate", "--model", "./fragile.so#mean-label", "--task", "ridge"]
      let answer = try plugin.run(job, fault: "abort:predict:1")
      #expect(answer.status == 69)
      #expect(
        answer.errors.contains(
          "model 'mean-label': the worker process was ended by signal 6 (SIGABRT) in call 1 of "
            + "predict."), "\(answer.errors)")
      #expect(try plugin.run(job).status == 0)
    }
  }

  /// Several runs in one process: the one that falls fails the checks that need it, and no others.
  @Test func otherRunsGoOn() throws {
    try withTemporaryFolder { folder in
      let plugin = try FragilePlugin(in: folder)
      let paper = folder.appending(path: "papers/three")
      try FileManager.default.createDirectory(at: paper, withIntermediateDirectories: true)
      let names = [("before", 20), ("fallen", 60), ("after", 19)]
      func write(_ text: String, _ name: String) throws {
        try text.write(to: paper.appending(path: name), atomically: true, encoding: .utf8)
      }
      for (index, (name, steps)) in names.enumerated() {
        let library = folder.appending(path: "fragile.so").path
        try write(
          """
          model: "\(library)#bent"
          task: "\(library)#sampled"
          optimizer: "\(library)#rolling"
          run: {steps: \(steps), batch: 32, seed: \(index), evaluation-prompts: 64}
          record: {training-every: 1}
          """, "\(name).yaml")
      }
      try write(
        """
        title: Three runs
        citation: Nobody, never
        link: https://example.org
        summary: The second of three runs falls.
        runs:
        \(names.map { "  \($0.0): {experiment: \($0.0).yaml}" }.joined(separator: "\n"))
        values:
        \(names.map { "  \($0.0)-loss: {run: \($0.0), series: training.loss}" }
          .joined(separator: "\n"))
        checks:
        \(names.map {
          "  - {id: \($0.0), title: it trains, source: derivation, "
          + "measure: last(\($0.0)-loss) > 0, expected: true}"
        }.joined(separator: "\n"))
        """, "paper.yaml")
      // Call 30 of step is in the second run; the third has a worker that counts from 1.
      let answer = try plugin.run(
        ["reproduce", "--papers", "papers", "three", "--threads", "1", "--json", "--out", "out"],
        fault: "segfault:step:30")
      #expect(answer.status == 1, "\(answer.errors)")
      let checks = try #require(
        try answer.document()["checks"] as? [[String: Any]], "\(answer.errors)")
      #expect(checks.map { $0["holds"] as? Bool } == [true, false, true])
      let reason = checks[1]["reason"] as? String ?? ""
      #expect(
        reason.contains("(SIGSEGV at address 0x1234) in call 10 of step. The seed was"),
        "\(reason)")
    }
  }

  /// Somebody else ends the worker.
  @Test func aWorkerThatIsKilledFromOutside() throws {
    try withTemporaryFolder { folder in
      _ = try FragilePlugin(in: folder)
      let session = try Session(
        FragilePlugin.training(steps: 2_000_000) + ["--out", "run"], in: folder)
      let checkpoint = folder.appending(path: "run/checkpoints/step-00000020.safetensors")
      #expect(session.wait { FileManager.default.fileExists(atPath: checkpoint.path) })
      let children = try Self.children(of: session.process.processIdentifier)
      #expect(children.count == 1)
      for child in children { kill(child, SIGKILL) }
      #expect(session.end() == 69)
      #expect(
        session.messages.contains("was ended by signal 9 (SIGKILL)"), "\(session.messages)")
    }
  }

  /// Ctrl-C goes to the whole group: the worker lives until the host has saved.
  @Test func aWorkerIgnoresWhatStopsTheHost() throws {
    try withTemporaryFolder { folder in
      _ = try FragilePlugin(in: folder)
      let session = try Session(
        FragilePlugin.training(steps: 2_000_000) + ["--out", "run"], in: folder)
      let checkpoint = folder.appending(path: "run/checkpoints/step-00000020.safetensors")
      #expect(session.wait { FileManager.default.fileExists(atPath: checkpoint.path) })
      let children = try Self.children(of: session.process.processIdentifier)
      for child in children { for signal in [SIGINT, SIGTERM, SIGHUP] { kill(child, signal) } }
      session.send(SIGINT)
      #expect(session.end() == 75, "\(session.messages)")
      for child in children { #expect(Self.isGone(child)) }
    }
  }

  /// Also where the host cannot say good-bye.
  @Test func aWorkerEndsWithItsHost() throws {
    try withTemporaryFolder { folder in
      _ = try FragilePlugin(in: folder)
      let session = try Session(FragilePlugin.training(steps: 2_000_000), in: folder)
      let pid = session.process.processIdentifier
      #expect(session.wait { (try? Self.children(of: pid).count) == 1 })
      let children = try Self.children(of: pid)
      session.send(SIGKILL)
      #expect(session.end() == 128 + SIGKILL)
      for child in children { #expect(Self.isGone(child)) }
    }
  }

  /// What a worker prints comes with the plugin's name, and never on standard output.
  @Test func whatItPrintsIsPassedOn() throws {
    try withTemporaryFolder { folder in
      let plugin = try FragilePlugin(in: folder)
      let answer = try plugin.run(
        FragilePlugin.training(steps: 3) + ["--json"], fault: "print:step:2")
      #expect(answer.status == 0)
      _ = try answer.document()
      for line in ["out", "an error"] {
        #expect(answer.errors.contains("icl-host: fragile.so: \(line)\n"), "\(answer.errors)")
      }
    }
  }

  /// Which plugins are isolated: those that did not come with the program, unless it is said. Always
  /// is the optimizer, too, and the two metrics that every run has.
  @Test(arguments: [
    (["--isolate", "never"], 0), ([], 1), (["--isolate", "auto"], 1), (["--isolate", "always"], 4),
  ])
  func whoIsIsolated(_ options: [String], _ workers: Int) throws {
    try withTemporaryFolder { folder in
      _ = try FragilePlugin(in: folder)
      let session = try Session(
        [
          "--model", "./fragile.so#bent", "--task", "./fragile.so#sampled", "--optimizer", "adam",
          "--steps", "2000000", "--out", "run", "--set", "record.checkpoint-every=20",
        ] + options, in: folder)
      let checkpoint = folder.appending(path: "run/checkpoints/step-00000020.safetensors")
      #expect(session.wait { FileManager.default.fileExists(atPath: checkpoint.path) })
      #expect(try Self.children(of: session.process.processIdentifier).count == workers)
      session.send(SIGKILL)
      _ = session.end()
    }
  }

  /// A manifest is what the library says of itself, in a worker as here.
  @Test func manifestsAreAskedForInAWorker() throws {
    try withTemporaryFolder { folder in
      let plugin = try FragilePlugin(in: folder)
      let job = ["registry", "manifest", "./fragile.so"]
      let fallen = try plugin.run(job, fault: "segfault:entry:1")
      #expect(fallen.status == 69)
      #expect(
        fallen.errors.contains(
          "./fragile.so: the worker process was ended by signal 11 (SIGSEGV at address 0x1234) in "
            + "opening the library."), "\(fallen.errors)")
      let whole = try plugin.run(job)
      #expect(whole.status == 0 && whole.output.contains("mean-label"), "\(whole.errors)")
      #expect(try plugin.run(job + ["--isolate", "never"]).output == whole.output)
    }
  }

  private static func children(of process: Int32) throws -> [Int32] {
    let tasks = "/proc/\(process)/task"
    return try FileManager.default.contentsOfDirectory(atPath: tasks).flatMap { task in
      let text = (try? String(contentsOfFile: "\(tasks)/\(task)/children", encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { Int32($0.filter(\.isNumber)) }
    }
  }

  /// Within five seconds: it is not there, or only its parent does not know yet.
  private static func isGone(_ process: Int32) -> Bool {
    for _ in 0..<500 {
      let path = "/proc/\(process)/stat"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return true }
      if text.contains(") Z ") { return true }
      usleep(10_000)
    }
    return false
  }
}
