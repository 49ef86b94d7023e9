import Foundation
import ICLRecords
import Testing

@Suite struct IndexTests {
  private func makeRun(_ folder: URL, _ path: String, loss: Double) throws -> RunDirectory {
    let run = try RunDirectory(creating: folder.appending(path: path).path)
    var manifest = RunManifest()
    (manifest.model, manifest.task, manifest.optimizer) = ("mamba", "ridge", "adam")
    manifest.options = [.init(owner: "model", name: "layers", value: 2, origin: "default")]
    manifest.started = "2026-11-21T00:00:0\(path.count)Z"
    try run.write(manifest)
    for (step, loss) in [(0, 9.0), (10, loss)] {
      try run.append(metrics: [
        "kind": "evaluation", "step": .integer(step), "name": "test", "loss": .real(loss),
        "oracle_loss": 0.125,
      ])
    }
    try run.write(RunStatus(.finished, step: 10, steps: 10))
    return run
  }

  @Test func rebuiltFromTheDirectories() throws {
    try withTemporaryFolder { folder in
      _ = try makeRun(folder, "a", loss: 0.5)
      _ = try makeRun(folder, "sweep/bb", loss: .nan)
      let bad = try makeRun(folder, "bad", loss: 1)
      try TextFile.write("{", to: bad.path(to: "status"))
      let refused = try RunIndex.rebuild(folder: folder.path)
      #expect(refused.map(\.path) == [bad.path(to: "status")])
      let runs = try RunIndex(folder: folder.path).refresh()
      #expect(runs.map(\.path) == ["sweep/bb", "a"])
      #expect(runs.map(\.name) == ["bb", "a"])
      #expect(runs.map(\.state) == [.finished, .finished])
      #expect(runs[1].loss == 0.5 && runs[1].oracleLoss == 0.125 && runs[1].step == 10)
      #expect(runs[0].loss == nil)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["a", "bad", "runs.sqlite", "sweep"])
    }
  }

  @Test func updatedRefreshedAndNeverTheOnlyCopy() throws {
    try withTemporaryFolder { folder in
      let index = RunIndex(folder: folder.path)
      let run = try makeRun(folder, "a", loss: 0.5)
      // No file yet: all of the folder is indexed.
      _ = try makeRun(folder, "b", loss: 0.25)
      try index.update(run)
      #expect(try index.refresh().map(\.loss) == [0.5, 0.25])
      try run.append(metrics: ["kind": "evaluation", "step": 20, "name": "test", "loss": 0.375])
      try index.update(run)
      #expect(try index.refresh().map(\.loss) == [0.375, 0.25])

      // What the directories say wins, also where nobody told the index.
      try run.write(RunStatus(.running, step: 5, steps: 10))
      _ = try makeRun(folder, "c", loss: 0.75)
      try FileManager.default.removeItem(at: folder.appending(path: "b"))
      let runs = try index.refresh()
      #expect(runs.map(\.path) == ["a", "c"])
      #expect(runs[0].state == .stopped && runs[0].step == 5)

      for damage in ["", "not a database, and longer than a header of one hundred bytes " + long] {
        try TextFile.write(damage, to: folder.appending(path: RunIndex.fileName).path)
        #expect(try index.refresh() == runs)
        try TextFile.write(damage, to: folder.appending(path: RunIndex.fileName).path)
        try index.update(run)
        #expect(try index.refresh() == runs)
      }
      #expect(
        recordError { try index.update(RunDirectory(creating: folder.path + "-elsewhere")) }?
          .message == "it is not in the folder \(folder.path) of the index")
      try FileManager.default.removeItem(atPath: folder.path + "-elsewhere")
    }
  }

  private let long = String(repeating: "x", count: 4096)
}
