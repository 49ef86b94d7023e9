import Foundation
import ICLRecords
import Testing

@Suite struct RunDirectoryTests {
  @Test func createdAndOpenedAgain() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "runs/a/b").path
      let run = try RunDirectory(creating: path + "/")
      #expect(run.path == path)
      #expect(run.name == "b")
      #expect(try run.status().state == .stopped)
      try run.write(RunStatus(.finished, step: 10, steps: 10))
      // Creating it a second time is opening it.
      for run in [try RunDirectory(creating: path), try RunDirectory(opening: path)] {
        #expect(try run.status() == RunStatus(.finished, step: 10, steps: 10))
      }
      let text = try TextFile.read(path + "/status")
      #expect(
        text.hasPrefix(#"{"state":"finished","step":10,"steps":10,"pid":\#(getpid()),"host":""#))
      #expect(text.hasSuffix(#","version":1}"# + "\n"))
    }
  }

  @Test func anEmptyFolderBecomesARun() throws {
    try withTemporaryFolder { folder in
      _ = try RunDirectory(creating: folder.path)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["checkpoints", "plots", "status"])
    }
  }

  /// Text of every refusal: what is wrong, and what to do.
  @Test func refusals() throws {
    try withTemporaryFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      func write(_ name: String, _ text: String) throws { try TextFile.write(text, to: path(name)) }
      try FileManager.default.createDirectory(
        atPath: path("other"), withIntermediateDirectories: true)
      try write("other/thesis.tex", "")
      try write("file", "")
      let run = try RunDirectory(creating: path("run"))

      #expect(
        recordError { _ = try RunDirectory(creating: path("other")) }
          == RecordError(
            .cannotCreate, path: path("other"), message: "it exists and is not a run directory",
            hint: "Name another folder with --out."))
      #expect(
        recordError { _ = try RunDirectory(creating: path("file/run")) }
          == RecordError(
            .cannotCreate, path: path("file/run"),
            message: "cannot create the folder \(path("file/run")): Not a directory",
            hint: "Name another folder with --out."))
      #expect(recordError { _ = try RunDirectory(creating: path("file")) }?.code == .cannotCreate)
      #expect(
        recordError { _ = try RunDirectory(opening: path("none")) }
          == RecordError(.missing, path: path("none"), message: "there is no such folder"))
      #expect(
        recordError { _ = try RunDirectory(opening: path("other")) }
          == RecordError(
            .badData, path: path("other"),
            message: "it is not a run directory: it has no file status"))

      func opening(_ status: String) throws -> String? {
        try write("run/status", status)
        return recordError { _ = try RunDirectory(opening: run.path) }?.description
      }
      let file = run.path(to: "status")
      #expect(
        try opening(#"{"state":"paused-in-orbit","version":2}"#)
          == "\(file): it is of version 2, which a newer icl-host wrote; this one reads versions up "
          + "to 1. Use a newer icl-host.")
      #expect(try opening(#"{"state":"finished"}"#) == "\(file): it says no version")
      #expect(
        try opening(#"{"state":"lost","version":1}"#)
          == "\(file): its state is none of running, finished, stopped, failed")
      #expect(
        try opening(#"{"state":"#)
          == "\(file): it is not JSON: at byte 9 it ends where a value is expected")
    }
  }

  @Test func oneProcessHoldsIt() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      try TextFile.write(
        "half", to: run.path(to: "checkpoints/step-00000001.safetensors.99.partial"))
      #expect(run.holder == nil)
      var hold: RunHold? = try run.hold()
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: run.path(to: "checkpoints")).isEmpty)
      let holder = try #require(run.holder)
      #expect(holder.process == Int(getpid()))
      let error = try #require(recordError { _ = try run.hold() })
      #expect(error.code == .held)
      #expect(
        error.description
          == "\(run.path(to: "lock")): the run directory is in use by process \(getpid()) on "
          + "\(holder.host), since \(holder.since). Wait until it ends, stop it, or name another "
          + "folder with --out.")
      try run.write(RunStatus(.running, step: 1, steps: 2))
      #expect(try run.presentStatus().state == .running)
      withExtendedLifetime(hold) {}
      hold = nil
      #expect(run.holder == nil)
      #expect(try run.status().state == .running)
      #expect(try run.presentStatus().state == .stopped)
      _ = try run.hold()
    }
  }

  /// The system takes the lock back from a process that is killed.
  @Test(.enabled(if: hasPython, "needs python3"))
  func aKilledProcessHoldsNothing() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let other = Process()
      other.executableURL = URL(filePath: "/usr/bin/env")
      other.arguments = [
        "python3", "-c",
        """
        import fcntl, struct, time
        lock = open("\(run.path(to: "lock"))", "w")
        fcntl.fcntl(lock, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        lock.write('{"pid":7,"host":"far","since":"then"}'); lock.flush()
        print("held", flush=True)
        time.sleep(60)
        """,
      ]
      let output = Pipe()
      other.standardOutput = output
      try other.run()
      #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
      let holder = try #require(run.holder)
      #expect((holder.process, holder.host, holder.since) == (7, "far", "then"))
      let error = recordError { _ = try run.hold() }
      #expect(
        error?.message == "the run directory is in use by process 7 on far, since then")
      kill(other.processIdentifier, SIGKILL)
      other.waitUntilExit()
      #expect(run.holder == nil)
      _ = try run.hold()
    }
  }

  @Test func logLinesCarryTheTime() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      try run.log("one")
      try run.log("two")
      let lines = try TextFile.read(run.path(to: "log.txt")).split(separator: "\n")
      #expect(lines.count == 2)
      let time = try #require(lines[0].split(separator: " ").first)
      let date = try Date(String(time), strategy: .iso8601)
      #expect(abs(date.timeIntervalSinceNow) < 60)
      #expect(lines.map { $0.split(separator: " ").last } == ["one", "two"])
    }
  }

  @Test func manifestIsReadBack() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      #expect(try run.manifest() == nil)
      var manifest = RunManifest()
      manifest.name = "figure"
      manifest.hostVersion = "0.1.0"
      manifest.abi = "1.0"
      (manifest.model, manifest.task, manifest.optimizer) = ("mamba", "ridge", "adam")
      manifest.metrics = ["loss-by-context-length"]
      manifest.experiment = Digest.sha256(of: "x")
      manifest.plugins = [
        .init(
          name: "mamba", path: "libmamba.so", version: "1.2", components: ["mamba"], sha256: "ab")
      ]
      manifest.options = [
        .init(owner: "task", name: "noise-variance", value: 0.25, origin: "a.yaml:3"),
        .init(owner: "model", name: "mask", value: .text("causal"), origin: "default"),
      ]
      (manifest.processor, manifest.system) = ("x86", "Linux")
      (manifest.backend, manifest.threads, manifest.precision) = ("avx512", 2, "single")
      manifest.seeds = ["run": 10]
      manifest.commandLine = ["icl-host", "run", "a b.yaml"]
      try run.write(manifest)
      #expect(try run.manifest() == manifest)
    }
  }

  /// Published digests (FIPS 180-2, appendix B).
  @Test func digestsHaveTheirPublishedValues() throws {
    #expect(
      Digest.sha256(of: "abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "million").path
      try TextFile.write(String(repeating: "a", count: 1_000_000), to: path)
      #expect(
        try Digest.sha256(ofFile: path)
          == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
    #expect(
      throws: RecordError(
        .missing, path: "/nowhere", message: "cannot open it: No such file or directory")
    ) { try Digest.sha256(ofFile: "/nowhere") }
  }
}

let hasPython =
  (try? Process.run(URL(filePath: "/usr/bin/env"), arguments: ["python3", "-c", ""]))
  .map {
    $0.waitUntilExit()
    return $0.terminationStatus == 0
  } ?? false
